import { StrictMode } from 'react';
import { prerender } from 'react-dom/static';
import { createStaticHandler, createStaticRouter, matchRoutes, StaticRouterProvider, type RouteObject } from 'react-router';
import { newQueryClient } from './api/queries';
import { App } from './app/App';
import { routes, type Handle } from './app/routes';
import { drawnTitle, noteTitle } from './lib/title';
import { changeLanguage, languages, startI18n, type Language } from './locales/i18n';

export { languages };

/** Addresses without parameters: all that can be drawn before anybody asks. shared/topology/site.go lists them too. */
export const paths = addresses(routes, '');

function addresses(of: RouteObject[], parent: string): string[] {
  return of.flatMap((route) => {
    const here = route.path === undefined ? parent : `${parent}/${route.path}`;
    if (route.children) return addresses(route.children, here);
    return /[:*]/.test(here) ? [] : [here === '' ? '/' : here];
  });
}

await startI18n('fr');

/** The source files, from src/, of an address's page, the layouts around it and their texts in a language. */
export function sources(path: string, language: Language): string[] {
  const handles = (matchRoutes(routes, path) ?? []).flatMap(({ route }) => (route.handle as Handle | undefined) ?? []);
  return handles.flatMap(({ page, texts }) => [`features/${page}.tsx`, ...texts.map((name) => `locales/${language}/${name}.ts`)]);
}

/**
 * The first state of a page, before any answer of the API, as HTML with its title: what main.tsx draws first is the same, so
 * that it takes over what stands there. Runs at build time (scripts/prerender.mjs), one page after the other.
 */
export async function draw(path: string, language: Language): Promise<{ html: string; title: string }> {
  await changeLanguage(language);
  noteTitle('');
  const handler = createStaticHandler(routes);
  const context = await handler.query(new Request(`http://prerender.invalid${path}`));
  if (context instanceof Response) throw new Error(`${path} answers ${context.status}`);
  const { prelude } = await prerender(
    <StrictMode>
      <App client={newQueryClient()}>
        <StaticRouterProvider router={createStaticRouter(handler.dataRoutes, context)} context={context} hydrate={false} />
      </App>
    </StrictMode>,
    // Large parts are put at their place at once: otherwise an inline script would, which the policy refuses.
    { progressiveChunkSize: Number.POSITIVE_INFINITY },
  );
  return { html: await new Response(prelude).text(), title: drawnTitle() };
}
