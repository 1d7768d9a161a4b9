import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Browser } from '@playwright/test';
import { demoPerson, signIn, speak } from '../people';
import { languages, locales, themes, visits, type Language, type Theme } from '../pages';

// Two dozen pages in one test, because signing in is counted (RG-13).
test.describe.configure({ timeout: 240_000 });

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

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
      const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze();
      expect.soft(violations.map((v) => `${path} ${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`)).toEqual([]);
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

test('axe finds nothing on a form with its summary of faults', async ({ page }) => {
  await page.goto('/sign-up');
  await page.locator('form[aria-label] button[type=submit]').click();
  await page.getByTestId('form-summary').waitFor();
  const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze();
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`)).toEqual([]);
});

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
