import i18next, { type BackendModule } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { read, write } from '../lib/storage';
import type account from './fr/account';
import type applications from './fr/applications';
import englishCommon from './en/common';
import common from './fr/common';
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

/** Every page needs the common texts: they are part of the first file, in both languages. */
type Fetched = Exclude<keyof Namespaces, 'common'>;
type Loaders = Record<Fetched, () => Promise<{ default: object }>>;

const loaders: Record<Language, Loaders> = {
  fr: {
    account: () => import('./fr/account'),
    applications: () => import('./fr/applications'),
    home: () => import('./fr/home'),
    problems: () => import('./fr/problems'),
    profile: () => import('./fr/profile'),
    reading: () => import('./fr/reading'),
  },
  en: {
    account: () => import('./en/account'),
    applications: () => import('./en/applications'),
    home: () => import('./en/home'),
    problems: () => import('./en/problems'),
    profile: () => import('./en/profile'),
    reading: () => import('./en/reading'),
  },
};

const backend: BackendModule = {
  type: 'backend',
  init: () => undefined,
  read(language, namespace, done) {
    const load = loaders[language as Language][namespace as Fetched];
    load().then(
      (module) => done(null, module.default as Record<string, never>),
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error)), false),
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

/** Starts i18next with the common texts; resolves when the first page can be drawn. */
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
      resources: { fr: { common }, en: { common: englishCommon } },
      partialBundledLanguages: true,
      ns: ['common'],
      defaultNS: 'common',
      // React escapes what it draws.
      interpolation: { escapeValue: false },
      returnNull: false,
    });
}
