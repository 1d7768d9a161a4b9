import { expect, test, type Page } from '@playwright/test';
import { goTo, ready } from '../go-to';
import { submit } from '../people';
import { pages } from '../../src/pages';

/** Prerendered pages: seen before any script has run, then replaced by the application's first render. */

const prerendered = pages.filter((page) => page.prerendered === true).map(({ path }) => path);

/** Something to wait for, and what ends it. */
function hold(): { held: Promise<void>; release: () => void } {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  return { held, release };
}

/** Holds the application's code back until `release` is called; what the API answers is untouched. */
async function holdCode(page: Page): Promise<() => void> {
  const { held, release } = hold();
  await page.route('**/assets/*.js', async (route) => {
    await held;
    await route.continue();
  });
  return release;
}

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  for (const path of prerendered) {
    test(`Z22 ${path} is read in the language of its reader, with its title and the installation's name`, async ({
      page,
      browser,
    }) => {
      await page.goto(path);
      await expect(page.locator('main h1')).toBeVisible();
      await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
      const heading = (await page.locator('main h1').textContent()) ?? '';
      expect(await page.title()).toBe(path === '/' ? `Guichet – ${heading}` : `${heading} – Guichet`);
      await expect(page.locator('header a').first()).toContainText('Guichet');
      const english = await browser.newPage({ locale: 'en-GB', javaScriptEnabled: false });
      await english.goto(path);
      await expect(english.locator('html')).toHaveAttribute('lang', 'en');
      expect(await english.locator('main h1').textContent()).not.toBe(heading);
      await english.close();
    });
  }
});

test('the first render of the application looks like the page that it replaces, and logs no error', async ({ page }) => {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  for (const path of prerendered) {
    const release = await holdCode(page);
    await page.goto(path, { waitUntil: 'commit' });
    const places = () =>
      page.evaluate(() =>
        ['header', 'main h1', 'main h1 + *'].map((selector) => {
          const box = document.querySelector(selector)?.getBoundingClientRect();
          return [selector, box?.x, box?.y, box?.width];
        }),
      );
    await page.locator('footer').waitFor();
    const before = await places();
    release();
    await ready(page);
    expect(await places(), path).toEqual(before);
    await page.unrouteAll({ behavior: 'wait' });
  }
  expect(complaints).toEqual([]);
});

test('RG-14 a form that is sent before its captcha is there waits for it', async ({ page }) => {
  const { release, held } = hold();
  await page.route('**/assets/altcha*.js', async (route) => {
    await held;
    await route.continue();
  });
  await goTo(page, '/forgotten');
  await page.locator('#email').fill('amelie@exemple.fr');
  await page.locator('#email').press('Enter');
  await expect(submit(page)).toHaveAttribute('aria-disabled', 'true');
  await expect(page.getByTestId('form-summary')).toHaveCount(0);
  await page.getByRole('button', { name: 'EN – English' }).click(); // makes another widget
  release();
  await expect(page.locator('main')).toContainText('amelie@exemple.fr', { timeout: 40_000 });
  await page.getByRole('button', { name: 'FR – Français' }).click();

  // Without its code it says so, and asks for it again.
  let lost = true;
  await page.unrouteAll();
  await page.route('**/assets/altcha*.js', (route) => (lost ? route.abort() : route.continue()));
  await goTo(page, '/forgotten');
  await page.locator('#email').fill('amelie@exemple.fr');
  await page.locator('#email').press('Enter');
  await expect(page.getByTestId('form-summary')).toContainText('Le portail ne répond pas');
  lost = false;
  await page.locator('#email').press('Enter');
  await expect(page.locator('main')).toContainText('Consultez votre messagerie', { timeout: 40_000 });
});

test('a page that is replaced stays where its reader has scrolled to', async ({ page }) => {
  const release = await holdCode(page);
  await page.goto('/sign-up', { waitUntil: 'commit' });
  await page.locator('#terms').scrollIntoViewIfNeeded();
  const place = await page.evaluate(() => window.scrollY);
  expect(place).toBeGreaterThan(100);
  release();
  await ready(page);
  expect(await page.evaluate(() => window.scrollY)).toBe(place);
  await page.locator('header').getByRole('link').first().click();
  await expect(page).toHaveURL('/');
  expect(await page.evaluate(() => window.scrollY)).toBe(0);
});

test('Q7 a page that was prerendered in another language than the chosen one is not shown', async ({ page }) => {
  await goTo(page, '/sign-in');
  await page.getByRole('button', { name: 'EN – English' }).click();
  await expect(page.locator('main h1')).toHaveText('Sign in');
  const release = await holdCode(page);
  await page.goto('/sign-in', { waitUntil: 'commit' });
  await expect(page.locator('main h1')).toHaveText('Se connecter');
  await expect(page.locator('main h1')).toBeHidden();
  release();
  await expect(page.locator('main h1')).toHaveText('Sign in');
  await expect(page.locator('main h1')).toBeVisible();
});

test('Z57 a notice that was read does not come back with the prerendered page', async ({ page }) => {
  await goTo(page, '/');
  const notice = page.getByRole('region', { name: 'Cookies' });
  await notice.getByRole('button').click();
  await expect(notice).toHaveCount(0);
  const release = await holdCode(page);
  await page.goto('/', { waitUntil: 'commit' });
  await expect(page.locator('main h1')).toBeVisible();
  await expect(notice).toBeHidden();
  release();
  await ready(page);
  await expect(notice).toBeHidden();
});
