import { pages } from '../src/pages';

/** Every page of the portal, as tests walk them: once as each kind of person who sees something of its own there. */

export interface Visit {
  /** As src/pages.ts declares it. */
  route: string;
  path: string;
  who: 'visitor' | 'user';
  /** Reachable before the terms are accepted (Z37). */
  beforeTerms: boolean;
}

export const visits: Visit[] = pages.flatMap(({ path, example = path, who, beforeTerms = false }) => {
  const visit = { route: path, path: example, beforeTerms };
  if (path === '/')
    return [
      { ...visit, who: 'visitor' as const },
      { ...visit, who: 'user' as const },
    ];
  return [{ ...visit, who: who === 'user' ? 'user' : 'visitor' }];
});

export type Theme = 'light' | 'dark';
export const themes: Theme[] = ['light', 'dark'];
export const locales = { fr: 'fr-FR', en: 'en-GB' } as const;
export type Language = keyof typeof locales;
export const languages: Language[] = ['fr', 'en'];

/** Every theme in every language. */
export const looks = themes.flatMap((theme) => languages.map((language) => ({ theme, language })));
