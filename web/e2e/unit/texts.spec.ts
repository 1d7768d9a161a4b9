import { expect, test } from '@playwright/test';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { foreignWords } from '../words';

const folder = join(import.meta.dirname, '../../src/locales');

function strings(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  return Object.entries(value as Record<string, unknown>).flatMap(([key, inner]) =>
    strings(inner, path === '' ? key : `${path}.${key}`),
  );
}

async function texts(language: string, file: string): Promise<Map<string, string>> {
  const module = (await import(join(folder, language, file))) as { default?: unknown };
  return new Map(strings(module.default ?? module)); // generated parts have no default
}

const marks = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}|<(\w+)>/g)].map((m) => m[0]).sort();

for (const file of readdirSync(join(folder, 'fr'))) {
  test(`${file}: both languages have the same keys, values and tags`, async () => {
    const [french, english] = [await texts('fr', file), await texts('en', file)];
    expect([...english.keys()].sort()).toEqual([...french.keys()].sort());
    for (const [key, text] of french) {
      // A singular may say "one" where the other language shows the number.
      const without = (list: string[]) => (key.endsWith('_one') ? list.filter((m) => m !== '{{count}}') : list);
      expect(without(marks(english.get(key) ?? '')), key).toEqual(without(marks(text)));
    }
  });

  test(`${file}: no text is empty, blames with an exclamation mark or breaks before French punctuation`, async () => {
    for (const language of ['fr', 'en']) {
      for (const [key, text] of await texts(language, file)) {
        expect(text.trim(), key).not.toBe('');
        if (!key.startsWith('password.rule')) expect(text, key).not.toMatch(/\w ?!( |$)/);
        if (language === 'fr') expect(text, key).not.toMatch(/ [:;?!»]( |$)|« /);
        expect(text, key).not.toMatch(/[A-Za-z]'[a-z]/);
      }
    }
  });
}

test('a sentence in the wrong language is found on a page', () => {
  const page = 'Sign in\nDemander un nouveau lien\nAsk for a new link';
  expect(foreignWords(page, 'en')).toEqual(['Demander un nouveau lien']);
  expect(foreignWords('Demander un nouveau lien', 'fr')).toEqual([]);
});
