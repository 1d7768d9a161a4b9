import type common from './locales/fr/common';
import type { Namespaces } from './locales/i18n';

/**
 * Every page of the portal, declared once (ui §1, as far as the features exist). Routes, menus, site map, search, prerendering,
 * shared/topology/pages.json (`make generate`) and the tests that walk all pages read this list. It imports types only.
 */

/** Keys of the pages' titles: `page.…` in the common texts. */
export type Title = keyof (typeof common)['page'];

export interface PageDeclaration {
  /** Address, as the router writes it. */
  path: string;
  /** File below src/features, without its ending. */
  file: string;
  /** Namespaces of its texts, beside the common ones. */
  texts: (keyof Namespaces)[];
  /** Who sees it. A visitor is asked to sign in; somebody who is signed in is led away from a visitor's page. */
  who: 'everybody' | 'visitor' | 'user';
  /** Title on the page and in menus, site map and search; its search words are `search.about.…`. Pages behind links have none. */
  title?: Title;
  /** Menu of the header that has it. An entry appears with its feature, never before (Z58). */
  menu?: 'main' | 'administration' | 'platform';
  /** Group of the site map, and of the search, that has it (A9). */
  group?: 'start' | 'account' | 'help' | 'commitments';
  /** The page around it, by its key in layouts. */
  layout?: keyof typeof layouts;
  /** Reachable before the terms are accepted and the password is changed (Z37). */
  beforeTerms?: true;
  /** The build renders it in each language: visitors see it before any script has run. Only what they see first (src/prerender). */
  prerendered?: true;
  /** An address for tests, where the path is none. */
  example?: string;
}

interface Layout {
  file: string;
  texts: (keyof Namespaces)[];
}

export const layouts = {
  profile: { file: 'profile/ProfileLayout', texts: ['profile', 'account'] },
} satisfies Record<string, Layout>;

// One line each.
// prettier-ignore
export const pages: PageDeclaration[] = [
  { path: '/', file: 'home/HomePage', texts: ['home', 'applications'], who: 'everybody', title: 'home', menu: 'main', group: 'start', prerendered: true },
  { path: '/applications', file: 'applications/ApplicationsPage', texts: ['applications'], who: 'user', title: 'applications', menu: 'main', group: 'start' },

  { path: '/sign-up', file: 'registration/SignUpPage', texts: ['account'], who: 'visitor', title: 'signUp', group: 'account', prerendered: true },
  { path: '/sign-in', file: 'session/SignInPage', texts: ['account'], who: 'visitor', title: 'signIn', group: 'account', prerendered: true },
  { path: '/forgotten', file: 'password/ForgottenPage', texts: ['account'], who: 'visitor', title: 'forgotten', group: 'account', prerendered: true },
  { path: '/reset/:token', file: 'password/ResetPage', texts: ['account'], who: 'everybody', example: '/reset/AAAAAAAAAAAAAAAAAAAAAAAA' },
  { path: '/confirm', file: 'registration/ResendPage', texts: ['account'], who: 'visitor', title: 'confirm', group: 'account' },
  { path: '/confirm/:token', file: 'registration/ConfirmPage', texts: ['account'], who: 'everybody', example: '/confirm/AAAAAAAAAAAAAAAAAAAAAAAA' },

  { path: '/profile', file: 'profile/DetailsPage', texts: ['profile'], who: 'user', title: 'profile', group: 'account', layout: 'profile' },
  { path: '/profile/preferences', file: 'profile/PreferencesPage', texts: ['profile'], who: 'user', title: 'preferences', group: 'account', layout: 'profile' },
  { path: '/profile/password', file: 'profile/PasswordPage', texts: ['profile', 'account'], who: 'user', title: 'password', group: 'account', layout: 'profile' },
  { path: '/profile/sessions', file: 'profile/SessionsPage', texts: ['profile'], who: 'user', title: 'sessions', group: 'account', layout: 'profile' },
  { path: '/profile/organisations', file: 'profile/OrganisationsPage', texts: ['profile'], who: 'user', title: 'organisations', group: 'account', layout: 'profile' },
  { path: '/profile/data', file: 'profile/DataPage', texts: ['profile'], who: 'user', title: 'data', group: 'account', layout: 'profile', beforeTerms: true },

  { path: '/problems', file: 'problems/ProblemsPage', texts: ['problems'], who: 'everybody', title: 'problems', menu: 'main', group: 'help', beforeTerms: true, prerendered: true },
  { path: '/problems/:code', file: 'problems/ProblemPage', texts: ['problems'], who: 'everybody', beforeTerms: true, example: '/problems/quota_day' },
  { path: '/search', file: 'search/SearchPage', texts: ['reading', 'problems'], who: 'everybody', title: 'search', group: 'help', beforeTerms: true, example: '/search?q=quota' },
  { path: '/sitemap', file: 'reading/SitemapPage', texts: ['reading'], who: 'everybody', title: 'sitemap', group: 'help', beforeTerms: true },

  { path: '/legal', file: 'reading/LegalPage', texts: ['reading'], who: 'everybody', title: 'legal', group: 'commitments', beforeTerms: true, prerendered: true },
  { path: '/accessibility', file: 'reading/AccessibilityPage', texts: ['reading'], who: 'everybody', title: 'accessibility', group: 'commitments', beforeTerms: true },
  { path: '/conditions', file: 'terms/ConditionsPage', texts: ['reading'], who: 'everybody', title: 'conditions', group: 'commitments', beforeTerms: true },
  { path: '/cookies', file: 'reading/CookiesPage', texts: ['reading'], who: 'everybody', title: 'cookies', group: 'commitments', beforeTerms: true },

  { path: '/*', file: 'reading/NotFoundPage', texts: ['reading'], who: 'everybody', example: '/no-such-page' },
];

/** A page that has a title: it can be named in a menu, in the site map and in the search. */
export type NamedPage = PageDeclaration & { title: Title };

/** The pages with a title that a person who is signed in, or a visitor, can open, in the order of their declaration. */
export function namedPages(signedIn: boolean): NamedPage[] {
  return pages
    .filter((page): page is NamedPage => page.title !== undefined)
    .filter((page) => page.who === 'everybody' || (page.who === 'user') === signedIn);
}
