import './app/styles';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { newQueryClient } from './api/queries';
import { App } from './app/App';
import { sessionQuery } from './features/session/api/session';
import { configurationQuery } from './features/site/api/configuration';
import { startI18n } from './locales/i18n';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

const client = newQueryClient();
// Asked for at once; the pages that need them show what went wrong.
client.query(configurationQuery).catch(() => undefined);
client.query(sessionQuery).catch(() => undefined);

await startI18n();
createRoot(root).render(
  <StrictMode>
    <App client={client} />
  </StrictMode>,
);
