import './app/styles';
import { StrictMode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { newQueryClient } from './api/queries';
import { App } from './app/App';
import { loadPage, routes } from './app/routes';
import { firstLanguage, startI18n } from './locales/i18n';

/** Renders the page in the place of what the file has. */
async function start(root: HTMLElement): Promise<void> {
  const page = loadPage(location.pathname).catch(() => undefined); // the router asks again, and shows the failure
  await startI18n(firstLanguage());
  await page;
  const frame = document.documentElement;
  // A router with hydration data leaves a prerendered page where its reader has scrolled to.
  const router = createBrowserRouter(routes, frame.dataset['prerendered'] === 'shown' ? { hydrationData: {} } : {});
  const app = (
    <StrictMode>
      <App client={newQueryClient()}>
        <RouterProvider router={router} />
      </App>
    </StrictMode>
  );
  // At once, so that the static page is gone when it is no longer marked as one.
  flushSync(() => createRoot(root).render(app));
  delete frame.dataset['prerendered'];
}

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
void start(root);
