import { expect, type Page } from '@playwright/test';
import { goTo } from '../go-to';
import { expectAccessible } from '../axe';
import { demoPerson, signIn, speak } from '../people';
import { locales, looks, visits } from '../pages';
import { sample } from '../sample';
import { test } from '../signed-in';
import { foreignWords } from '../words';

/** The walk over all pages: what must be true of any page. */

/** What the page asked of others, and what it logged as an error, from now on. */
function listen(page: Page, origin: string): string[] {
  const seen: string[] = [];
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== origin) seen.push(`request ${request.url()}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error') seen.push(message.text());
  });
  page.on('pageerror', (error) => seen.push(error.message));
  return seen;
}

for (const { who, path, route } of visits) {
  for (const { theme, language } of sample(`${who} ${path}`, looks)) {
    test(`PS-06 ui §7 ${path} of a ${who}, ${theme}, ${language}: axe, one language, 320 px, no third party, no error`, async ({
      browser,
      baseURL,
      demoUser,
    }) => {
      const context = await browser.newContext({
        colorScheme: theme,
        locale: locales[language],
        ...(who === 'user' ? { storageState: demoUser } : {}),
      });
      const page = await context.newPage();
      if (who === 'user') {
        await goTo(page, '/cookies');
        await speak(page, language);
      }
      const seen = listen(page, new URL(baseURL ?? '').origin);
      await goTo(page, path);
      await page.locator('main h1').waitFor();
      await expect(page).toHaveURL(path);
      await expect(page.locator('[role=status] .mantine-Skeleton-root')).toHaveCount(0);
      await expectAccessible(page, path);
      expect.soft(foreignWords(await page.locator('body').innerText(), language), `${path} in ${language}`).toEqual([]);
      await expect(page.locator('h1')).toHaveCount(1);
      expect(await page.locator('html').getAttribute('lang')).toBe(language);

      await page.setViewportSize({ width: 320, height: 800 });
      await page.reload();
      await page.locator('main h1').waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'at 320 px').toBe(true);
      // A link that is not valid is refused, and browsers log every refused request.
      if (route !== '/reset/:token') expect(seen).toEqual([]);
      await context.close();
    });
  }
}

test('ui §2 the current tab is in view on a phone, also when it is turned', async ({ page }) => {
  await signIn(page, demoPerson());
  await page.setViewportSize({ width: 740, height: 360 });
  await goTo(page, '/profile/data');
  const current = page.locator('main nav a[aria-current=page]');
  const inView = () =>
    current.evaluate((tab) => {
      const [inner, outer] = [tab.getBoundingClientRect(), tab.parentElement?.getBoundingClientRect()];
      return outer !== undefined && inner.left >= outer.left - 1 && inner.right <= outer.right + 1;
    });
  await expect.poll(inView).toBe(true);
  await page.setViewportSize({ width: 360, height: 740 });
  await expect.poll(inView).toBe(true);
});
