import { StrictMode } from 'react';
import { prerender } from 'react-dom/static';
import { createStaticHandler, createStaticRouter, StaticRouterProvider } from 'react-router';
import { newQueryClient } from '../api/queries';
import { App } from '../app/App';
import { routes } from '../app/routes';
import { renderedTitle } from '../lib/title';
import { changeLanguage, languages, startI18n, type Language } from '../locales/i18n';
import { pages as all } from '../pages';

export { languages };
export { setConfiguration } from '../lib/configuration';

/** The pages to render. */
export const pages = all.filter((page) => page.prerendered);

await startI18n('fr');

/** The first state of a page, before any answer of the API, as HTML, and its title. One page after the other. */
export async function render(path: string, language: Language): Promise<{ html: string; title: string }> {
  await changeLanguage(language);
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
  return { html: await new Response(prelude).text(), title: renderedTitle() };
}
