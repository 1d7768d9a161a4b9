import './app/styles';
import { StrictMode, startTransition, useLayoutEffect, type ReactNode } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { createBrowserRouter } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { newQueryClient } from './api/queries';
import { App } from './app/App';
import { loadPage, routes } from './app/routes';
import { firstLanguage, startI18n } from './locales/i18n';

/** Tells boot.js that from now on the page answers by itself. A parent's effect: fields have been read before. */
function Alive({ children }: { children: ReactNode }) {
  useLayoutEffect(() => void document.dispatchEvent(new Event('alive')), []);
  return children;
}

/** Lets the browser do what waits. */
function later(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Not at the top level: the page's code waits for this file, and this waits for the page's code. */
async function start(root: HTMLElement): Promise<void> {
  await later(); // the page is painted and answers the reader between what follows
  await startI18n(firstLanguage());
  // What could not be loaded the router asks for again, and says so when it fails again.
  const loaded = await loadPage(location.pathname).then(
    () => true,
    () => false,
  );
  await later();
  // boot.js has seen whether the drawn page is this visitor's.
  const fits = loaded && document.documentElement.dataset['drawn'] === 'fits';
  // A router that is told of a page to take over leaves it where its reader has scrolled to.
  const router = createBrowserRouter(routes, fits ? { hydrationData: {} } : {});
  const app = (
    <StrictMode>
      <Alive>
        <App client={newQueryClient()}>
          <RouterProvider router={router} />
        </App>
      </Alive>
    </StrictMode>
  );
  // Hydration in a transition is done in slices: the page stays responsive meanwhile.
  if (fits) {
    startTransition(() => void hydrateRoot(root, app));
  } else {
    createRoot(root).render(app);
  }
}

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
void start(root);
