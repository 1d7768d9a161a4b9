import i18next, { type BackendModule } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { read, write } from '../lib/storage';
import type account from './fr/account';
import type applications from './fr/applications';
import type common from './fr/common';
import type home from './fr/home';
import type problems from './fr/problems';
import type profile from './fr/profile';
import type reading from './fr/reading';

/** One file per namespace and language; a page loads the namespace it needs. */
export interface Namespaces {
  account: typeof account;
  applications: typeof applications;
  common: typeof common;
  home: typeof home;
  problems: typeof problems;
  profile: typeof profile;
  reading: typeof reading;
}

export type Language = 'fr' | 'en';
export const languages: Language[] = ['fr', 'en'];

const files = import.meta.glob<{ default: Record<string, never> }>(['./{fr,en}/*.ts', '!./*/{codes,fields}.ts']); // those are parts of others

const backend: BackendModule = {
  type: 'backend',
  init: () => undefined,
  read(language, namespace, done) {
    const load = files[`./${language}/${namespace}.ts`];
    if (!load) {
      done(new Error(`there is no namespace ${namespace}`), false);
      return;
    }
    load().then(
      (module) => done(null, module.default),
      // Without the common texts there is no page: i18next asks for them again.
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error)), namespace === 'common'),
    );
  },
};

export function isLanguage(value: string | null | undefined): value is Language {
  return value === 'fr' || value === 'en';
}

/** The language to start with: the one chosen in this browser, else the browser's, else French. */
export function firstLanguage(): Language {
  const chosen = read('language');
  if (isLanguage(chosen)) return chosen;
  const wanted = navigator.languages.map((l) => l.slice(0, 2)).find(isLanguage);
  return wanted ?? 'fr';
}

/** Changes the language of the page and remembers it in this browser. */
export async function changeLanguage(language: Language): Promise<void> {
  write('language', language);
  await i18next.changeLanguage(language);
}

/** The language of the page now. */
export function currentLanguage(): Language {
  return isLanguage(i18next.language) ? i18next.language : 'fr';
}

/** Starts i18next and loads the common texts; resolves when the first page can be rendered. */
export async function startI18n(language: Language): Promise<void> {
  if (!import.meta.env.SSR) {
    i18next.on('languageChanged', (language) => {
      document.documentElement.lang = language;
    });
  }
  await i18next
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: language,
      fallbackLng: false,
      supportedLngs: languages,
      ns: ['common'],
      defaultNS: 'common',
      // React escapes what it renders.
      interpolation: { escapeValue: false },
      returnNull: false,
    });
}
