/** Every address of the portal, for tests that walk all of them. A new route without a line here fails routes.spec.ts. */

export interface Visit {
  /** As in src/app/routes.tsx. */
  route: string;
  path: string;
  who: 'visitor' | 'user';
}

export const visits: Visit[] = [
  { route: '/', path: '/', who: 'visitor' },
  { route: '/', path: '/', who: 'user' },
  { route: '/sign-up', path: '/sign-up', who: 'visitor' },
  { route: '/sign-in', path: '/sign-in', who: 'visitor' },
  { route: '/confirm', path: '/confirm', who: 'visitor' },
  { route: '/confirm/:token', path: '/confirm/AAAAAAAAAAAAAAAAAAAAAAAA', who: 'visitor' },
  { route: '/forgotten', path: '/forgotten', who: 'visitor' },
  { route: '/reset/:token', path: '/reset/AAAAAAAAAAAAAAAAAAAAAAAA', who: 'visitor' },
  { route: '/problems', path: '/problems', who: 'visitor' },
  { route: '/problems/:code', path: '/problems/quota_day', who: 'visitor' },
  { route: '/search', path: '/search?q=quota', who: 'visitor' },
  { route: '/conditions', path: '/conditions', who: 'visitor' },
  { route: '/legal', path: '/legal', who: 'visitor' },
  { route: '/accessibility', path: '/accessibility', who: 'visitor' },
  { route: '/cookies', path: '/cookies', who: 'visitor' },
  { route: '/sitemap', path: '/sitemap', who: 'visitor' },
  { route: '/*', path: '/no-such-page', who: 'visitor' },
  { route: '/applications', path: '/applications', who: 'user' },
  { route: '/profile', path: '/profile', who: 'user' },
  { route: '/profile/preferences', path: '/profile/preferences', who: 'user' },
  { route: '/profile/password', path: '/profile/password', who: 'user' },
  { route: '/profile/sessions', path: '/profile/sessions', who: 'user' },
  { route: '/profile/organisations', path: '/profile/organisations', who: 'user' },
  { route: '/profile/data', path: '/profile/data', who: 'user' },
];

export type Theme = 'light' | 'dark';
export const themes: Theme[] = ['light', 'dark'];
export const locales = { fr: 'fr-FR', en: 'en-GB' } as const;
export type Language = keyof typeof locales;
export const languages: Language[] = ['fr', 'en'];

/** Every theme in every language. */
export const looks = themes.flatMap((theme) => languages.map((language) => ({ theme, language })));
