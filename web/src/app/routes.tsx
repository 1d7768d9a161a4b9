import i18next from 'i18next';
import type { ComponentType } from 'react';
import { matchRoutes, type RouteObject } from 'react-router';
import type { Namespaces } from '../locales/i18n';
import { layouts, pages, type PageDeclaration } from '../pages';
import { RequireUser } from './gate/RequireUser';
import { Broken } from './shell/Broken';
import { Shell } from './shell/Shell';

const modules = import.meta.glob<{ default: ComponentType }>('../features/*/*{Page,Layout}.tsx');

/** A route whose code and texts are fetched together, when it is visited. Its handle is what src/pages.ts declares. */
function lazily(declared: { file: string; texts: (keyof Namespaces)[] }): Pick<RouteObject, 'lazy' | 'handle'> {
  return {
    handle: declared,
    lazy: async () => {
      const load = modules[`../features/${declared.file}.tsx`];
      if (!load) throw new Error(`there is no page ${declared.file}`);
      const [module] = await Promise.all([load(), i18next.loadNamespaces(declared.texts)]);
      return { Component: module.default };
    },
  };
}

const route = (page: PageDeclaration): RouteObject => ({ path: page.path, ...lazily(page) });
const userPages = pages.filter(({ who }) => who === 'user');

/** The routes of the declared pages, in the frame of the portal. */
export const routes: RouteObject[] = [
  {
    element: <Shell />,
    errorElement: <Broken />,
    HydrateFallback: () => null,
    children: [
      {
        errorElement: <Broken />,
        children: [
          ...pages.filter(({ who }) => who !== 'user').map(route),
          {
            element: <RequireUser />,
            children: [
              ...userPages.filter(({ layout }) => layout === undefined).map(route),
              ...Object.entries(layouts).map(([key, layout]) => ({
                ...lazily(layout),
                children: userPages.filter((page) => page.layout === key).map(route),
              })),
            ],
          },
        ],
      },
    ],
  },
];

/** Loads the code and texts of the page at an address, so that a router made afterwards renders it at once. */
export async function loadPage(pathname: string): Promise<void> {
  for (const { route } of matchRoutes(routes, pathname) ?? []) {
    if (typeof route.lazy === 'function') Object.assign(route, await route.lazy(), { lazy: undefined });
  }
}
