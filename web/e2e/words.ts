import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from './pages';

/** The portal's texts, to see that a page speaks one language only. */

const folder = join(import.meta.dirname, '../src/locales');

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return Object.values(value as Record<string, unknown>).flatMap(strings);
}

async function texts(language: Language): Promise<string[]> {
  const modules = readdirSync(join(folder, language)).map(
    (file) => import(join(folder, language, file)) as Promise<{ default?: unknown }>,
  );
  return (await Promise.all(modules)).flatMap((module) => strings(module.default ?? {}));
}

const all = { fr: await texts('fr'), en: await texts('en') };

/** Sentences long enough not to stand inside others by chance, without values, that the other language does not have too. */
function own(language: Language, other: Language): string[] {
  const others = all[other].join('\n');
  return all[language].filter((text) => text.length >= 12 && !/[{<*#\n]/.test(text) && !others.includes(text));
}

const foreign = { fr: own('en', 'fr'), en: own('fr', 'en') };

/** The sentences of the other language that stand in a text. */
export function foreignWords(shown: string, language: Language): string[] {
  return foreign[language].filter((text) => shown.includes(text));
}
