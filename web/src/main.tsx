import './app/styles';
import { StrictMode, startTransition } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { createBrowserRouter } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { newQueryClient } from './api/queries';
import { App } from './app/App';
import { loadPage, routes } from './app/routes';
import { firstLanguage, startI18n } from './locales/i18n';

/** Not at the top level: the page's code waits for this file, and this waits for the page's code. */
async function start(root: HTMLElement): Promise<void> {
  await startI18n(firstLanguage());
  // What could not be loaded the router asks for again, and says so when it fails again.
  const loaded = await loadPage(location.pathname).then(
    () => true,
    () => false,
  );
  const app = (
    <StrictMode>
      <App client={newQueryClient()}>
        <RouterProvider router={createBrowserRouter(routes)} />
      </App>
    </StrictMode>
  );
  // boot.js has seen whether the drawn page is this visitor's. Hydration in a transition is done in slices: the page stays
  // responsive meanwhile.
  const frame = document.documentElement.dataset;
  if (loaded && frame['drawn'] === 'fits') {
    startTransition(() => void hydrateRoot(root, app));
  } else {
    createRoot(root).render(app);
  }
  delete frame['drawn'];
}

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
void start(root);
