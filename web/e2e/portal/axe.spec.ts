import { expect, test, type Browser } from '@playwright/test';
import { expectAccessible } from '../axe';
import { demoPerson, signIn, speak } from '../people';
import { languages, locales, themes, visits, type Language, type Theme } from '../pages';
import { foreignWords } from '../words';

// Two dozen pages in one test, because signing in is counted (RG-13).
test.describe.configure({ timeout: 240_000 });

async function walk(browser: Browser, who: 'visitor' | 'user', theme: Theme, language: Language) {
  const context = await browser.newContext({ colorScheme: theme, locale: locales[language] });
  const page = await context.newPage();
  if (who === 'user') {
    await signIn(page, demoPerson());
    await speak(page, language);
  }
  for (const { path } of visits.filter((visit) => visit.who === who)) {
    await test.step(path, async () => {
      await page.goto(path);
      await page.locator('main h1').waitFor();
      await expect(page).toHaveURL(path);
      await expect(page.locator('[role=status] .mantine-Skeleton-root')).toHaveCount(0);
      await expectAccessible(page, path);
      expect.soft(foreignWords(await page.locator('body').innerText(), language), `${path} in ${language}`).toEqual([]);
      await expect(page.locator('h1')).toHaveCount(1);
      expect(await page.locator('html').getAttribute('lang')).toBe(language);
    });
  }
  await context.close();
}

for (const theme of themes) {
  for (const language of languages) {
    test(`axe finds nothing on a visitor's pages, ${theme}, ${language}`, ({ browser }) =>
      walk(browser, 'visitor', theme, language));
    test(`axe finds nothing on a user's pages, ${theme}, ${language}`, ({ browser }) => walk(browser, 'user', theme, language));
  }
}

test('PS-06 no page asks a third party, breaks the policy or logs an error', async ({ page, baseURL }) => {
  const foreign: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== new URL(baseURL ?? '').origin)
      foreign.push(request.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  // A link that is not good is refused, and browsers log every refused request.
  for (const { path, route } of visits.filter((visit) => visit.who === 'visitor')) {
    if (route === '/reset/:token') continue;
    await page.goto(path);
    await page.locator('main h1').waitFor();
  }
  expect(foreign).toEqual([]);
  expect(complaints).toEqual([]);
});

test('ui §7 no page scrolls sideways at 320 px', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 800 });
  for (const { path } of visits.filter((visit) => visit.who === 'visitor')) {
    await page.goto(path);
    await page.locator('main h1').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), path).toBe(true);
  }
});

test('ui §2 the current tab is in view on a phone, also when it is turned', async ({ page }) => {
  await signIn(page, demoPerson());
  await page.setViewportSize({ width: 740, height: 360 });
  await page.goto('/profile/data');
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
