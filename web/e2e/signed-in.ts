import { test as base, type BrowserContext } from '@playwright/test';
import { demoPerson, signIn } from './people';

type State = Awaited<ReturnType<BrowserContext['storageState']>>;

/** Tests whose page may be the demo user's: each worker signs in once, because signing in is counted (RG-13). */
export const test = base.extend<object, { demoUser: State }>({
  demoUser: [
    async ({ browser }, use, { project }) => {
      const { baseURL, locale } = project.use;
      const context = await browser.newContext({ ...(baseURL ? { baseURL } : {}), ...(locale ? { locale } : {}) });
      await signIn(await context.newPage(), demoPerson());
      const state = await context.storageState();
      await context.close();
      await use(state);
    },
    { scope: 'worker' },
  ],
});
