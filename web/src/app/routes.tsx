import i18next from 'i18next';
import type { ComponentType } from 'react';
import { matchRoutes, type RouteObject } from 'react-router';
import type { Namespaces } from '../locales/i18n';
import { RequireUser } from './gate/RequireUser';
import { Broken } from './shell/Broken';
import { Shell } from './shell/Shell';

const modules = import.meta.glob<{ default: ComponentType }>('../features/*/*{Page,Layout}.tsx');

/** What a page is made of, as prerender.tsx reads it. */
export interface Handle {
  /** Its file below src/features. */
  page: string;
  texts: (keyof Namespaces)[];
}

/** A page whose code and texts are fetched together, when it is visited. */
function page(page: string, ...texts: (keyof Namespaces)[]): Pick<RouteObject, 'lazy' | 'handle'> {
  return {
    handle: { page, texts } satisfies Handle,
    lazy: async () => {
      const load = modules[`../features/${page}.tsx`];
      if (!load) throw new Error(`there is no page ${page}`);
      const [module] = await Promise.all([load(), i18next.loadNamespaces(texts)]);
      return { Component: module.default };
    },
  };
}

/** The addresses of ui §1, as far as their features exist. */
export const routes: RouteObject[] = [
  {
    element: <Shell />,
    errorElement: <Broken />,
    HydrateFallback: () => null,
    children: [
      {
        errorElement: <Broken />,
        children: [
          { index: true, ...page('home/HomePage', 'home', 'applications') },
          { path: 'sign-up', ...page('registration/SignUpPage', 'account') },
          { path: 'sign-in', ...page('session/SignInPage', 'account') },
          { path: 'confirm', ...page('registration/ResendPage', 'account') },
          { path: 'confirm/:token', ...page('registration/ConfirmPage', 'account') },
          { path: 'forgotten', ...page('password/ForgottenPage', 'account') },
          { path: 'reset/:token', ...page('password/ResetPage', 'account') },
          { path: 'problems', ...page('problems/ProblemsPage', 'problems') },
          { path: 'problems/:code', ...page('problems/ProblemPage', 'problems') },
          { path: 'search', ...page('search/SearchPage', 'reading', 'problems') },
          { path: 'conditions', ...page('terms/ConditionsPage', 'reading') },
          { path: 'legal', ...page('reading/LegalPage', 'reading') },
          { path: 'accessibility', ...page('reading/AccessibilityPage', 'reading') },
          { path: 'cookies', ...page('reading/CookiesPage', 'reading') },
          { path: 'sitemap', ...page('reading/SitemapPage', 'reading') },
          {
            element: <RequireUser />,
            children: [
              { path: 'applications', ...page('applications/ApplicationsPage', 'applications') },
              {
                path: 'profile',
                ...page('profile/ProfileLayout', 'profile', 'account'),
                children: [
                  { index: true, ...page('profile/DetailsPage', 'profile') },
                  { path: 'preferences', ...page('profile/PreferencesPage', 'profile') },
                  { path: 'password', ...page('profile/PasswordPage', 'profile', 'account') },
                  { path: 'sessions', ...page('profile/SessionsPage', 'profile') },
                  { path: 'organisations', ...page('profile/OrganisationsPage', 'profile') },
                  { path: 'data', ...page('profile/DataPage', 'profile') },
                ],
              },
            ],
          },
          { path: '*', ...page('reading/NotFoundPage', 'reading') },
        ],
      },
    ],
  },
];

/** Loads the code and texts of the page at an address, so that a router made afterwards draws it at once. */
export async function loadPage(pathname: string): Promise<void> {
  for (const { route } of matchRoutes(routes, pathname) ?? []) {
    if (typeof route.lazy === 'function') Object.assign(route, await route.lazy(), { lazy: undefined });
  }
}
