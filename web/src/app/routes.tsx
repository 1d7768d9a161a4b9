import i18next from 'i18next';
import type { ComponentType } from 'react';
import { createBrowserRouter, type RouteObject } from 'react-router';
import type { Namespaces } from '../locales/i18n';
import { RequireUser } from './gate/RequireUser';
import { Broken } from './shell/Broken';
import { Shell } from './shell/Shell';

/** A page whose code and texts are fetched together, when it is visited. */
function page(load: () => Promise<{ default: ComponentType }>, ...namespaces: (keyof Namespaces)[]): Pick<RouteObject, 'lazy'> {
  return {
    lazy: async () => {
      const [module] = await Promise.all([load(), i18next.loadNamespaces(namespaces)]);
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
          { index: true, ...page(() => import('../features/home/HomePage'), 'home', 'applications') },
          { path: 'sign-up', ...page(() => import('../features/registration/SignUpPage'), 'account') },
          { path: 'sign-in', ...page(() => import('../features/session/SignInPage'), 'account') },
          { path: 'confirm', ...page(() => import('../features/registration/ResendPage'), 'account') },
          { path: 'confirm/:token', ...page(() => import('../features/registration/ConfirmPage'), 'account') },
          { path: 'forgotten', ...page(() => import('../features/password/ForgottenPage'), 'account') },
          { path: 'reset/:token', ...page(() => import('../features/password/ResetPage'), 'account') },
          { path: 'problems', ...page(() => import('../features/problems/ProblemsPage'), 'problems') },
          { path: 'problems/:code', ...page(() => import('../features/problems/ProblemPage'), 'problems') },
          { path: 'search', ...page(() => import('../features/search/SearchPage'), 'reading', 'problems') },
          { path: 'conditions', ...page(() => import('../features/terms/ConditionsPage'), 'reading') },
          { path: 'legal', ...page(() => import('../features/reading/LegalPage'), 'reading') },
          { path: 'accessibility', ...page(() => import('../features/reading/AccessibilityPage'), 'reading') },
          { path: 'cookies', ...page(() => import('../features/reading/CookiesPage'), 'reading') },
          { path: 'sitemap', ...page(() => import('../features/reading/SitemapPage'), 'reading') },
          {
            element: <RequireUser />,
            children: [
              { path: 'applications', ...page(() => import('../features/applications/ApplicationsPage'), 'applications') },
              {
                path: 'profile',
                ...page(() => import('../features/profile/ProfileLayout'), 'profile', 'account'),
                children: [
                  { index: true, ...page(() => import('../features/profile/DetailsPage'), 'profile') },
                  { path: 'preferences', ...page(() => import('../features/profile/PreferencesPage'), 'profile') },
                  { path: 'password', ...page(() => import('../features/profile/PasswordPage'), 'profile', 'account') },
                  { path: 'sessions', ...page(() => import('../features/profile/SessionsPage'), 'profile') },
                  { path: 'organisations', ...page(() => import('../features/profile/OrganisationsPage'), 'profile') },
                  { path: 'data', ...page(() => import('../features/profile/DataPage'), 'profile') },
                ],
              },
            ],
          },
          { path: '*', ...page(() => import('../features/reading/NotFoundPage'), 'reading') },
        ],
      },
    ],
  },
];

export const router = createBrowserRouter(routes);
