import { expect, test, type Page } from '@playwright/test';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { visits } from '../pages';
import { submit } from '../people';

/** Pages that the build has drawn: seen before any script has run, then taken over as they stand. */

const drawn = visits.filter((visit) => visit.who === 'visitor' && !/[:*]/.test(visit.route));

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

  test('a page is read in the language of its reader, with its title', async ({ page, browser }) => {
    for (const { path } of drawn) {
      await page.goto(path);
      await expect(page.locator('h1')).toBeVisible();
      await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
      expect(await page.title(), path).toBe(await page.locator('h1').textContent());
    }
    const english = await browser.newPage({ locale: 'en-GB', javaScriptEnabled: false });
    await english.goto('/sign-in');
    await expect(english.locator('h1')).toHaveText('Sign in');
    await english.close();
  });
});

test('a drawn page is taken over, not drawn again', async ({ page }) => {
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  for (const path of ['/', '/sign-up', '/sign-in?return=%2Fprofile', '/problems?filter=quota', '/search?q=quota']) {
    const release = await holdCode(page);
    await page.goto(path, { waitUntil: 'commit' });
    const header = await page.waitForSelector('#root header');
    release();
    // Known when the API has answered: the page is alive.
    await expect(page.locator('footer')).toBeVisible();
    expect(await header.evaluate((element) => element.isConnected), path).toBe(true);
    await page.unrouteAll({ behavior: 'wait' });
  }
  expect(complaints).toEqual([]);
});

test('what is typed, ticked and pressed before the page is alive counts when it is', async ({ page }) => {
  const release = await holdCode(page);
  await page.goto('/sign-in?return=%2Fprofile', { waitUntil: 'commit' });
  await page.locator('#email').fill('amelie@exemple.fr');
  await page.locator('#password').fill('Not the password 1');
  await page.locator('#password').press('Enter');
  await expect(page).toHaveURL('/sign-in?return=%2Fprofile');
  release();
  await expect(page.getByTestId('form-summary')).toBeFocused(); // by the API: nobody has this account
  await expect(page.locator('#email')).toHaveValue('amelie@exemple.fr');
  await expect(page.locator('#password')).toHaveValue('Not the password 1');
  await page.unrouteAll({ behavior: 'wait' });

  const again = await holdCode(page);
  await page.goto('/sign-up', { waitUntil: 'commit' });
  await page.locator('#hasCode').check();
  await page.locator('#terms').check();
  await page.locator('#terms').uncheck();
  await page.getByRole('button', { name: 'EN – English' }).click();
  again();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Create an account');
  await expect(page.locator('#organisationCode')).toBeVisible();
  await expect(page.locator('#terms')).not.toBeChecked();
});

test('ui §3 a link that is followed before the page is alive does not lose what was typed', async ({ page }) => {
  const release = await holdCode(page);
  await page.goto('/sign-up', { waitUntil: 'commit' });
  await page.locator('#fullName').fill('Amélie');
  await page.getByRole('navigation', { name: 'Menu principal' }).getByRole('link', { name: 'Codes d’erreur' }).click();
  await expect(page).toHaveURL('/sign-up');
  release();
  await page.getByRole('dialog').getByRole('button', { name: 'Rester sur la page' }).click();
  await expect(page.locator('#fullName')).toHaveValue('Amélie');
});

test('what the page before said stands with what was typed meanwhile', async ({ page }) => {
  await page.goto('/sign-in');
  await page.evaluate(() => history.replaceState({ usr: { reason: 'password-reset' }, key: 'earlier', idx: 0 }, ''));
  const release = await holdCode(page);
  await page.reload({ waitUntil: 'commit' });
  await page.locator('#email').fill('amelie@exemple.fr');
  release();
  await expect(page.getByText('Votre nouveau mot de passe est enregistré')).toBeVisible();
  await expect(page.locator('#email')).toHaveValue('amelie@exemple.fr');
});

test('RG-14 a form that is sent before its captcha is there waits for it', async ({ page }) => {
  const { release, held } = hold();
  await page.route('**/assets/altcha*.js', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('/forgotten');
  await expect(page.locator('footer')).toBeVisible();
  await page.locator('#email').fill('amelie@exemple.fr');
  await page.locator('#email').press('Enter');
  await expect(submit(page)).toHaveAttribute('aria-disabled', 'true');
  await expect(page.getByTestId('form-summary')).toHaveCount(0);
  await page.getByRole('button', { name: 'EN – English' }).click(); // makes the widget anew
  release();
  await expect(page.locator('main')).toContainText('amelie@exemple.fr');
  await page.getByRole('button', { name: 'FR – Français' }).click();

  // Without its code it says so, and asks for it again.
  let lost = true;
  await page.unrouteAll();
  await page.route('**/assets/altcha*.js', (route) => (lost ? route.abort() : route.continue()));
  await page.goto('/forgotten');
  await page.locator('#email').fill('amelie@exemple.fr');
  await page.locator('#email').press('Enter');
  await expect(page.getByTestId('form-summary')).toContainText('Le portail ne répond pas');
  lost = false;
  await page.locator('#email').press('Enter');
  await expect(page.locator('main')).toContainText('Consultez votre messagerie');
});

test('a page that is taken over stays where its reader has scrolled to', async ({ page }) => {
  const release = await holdCode(page);
  await page.goto('/sign-up', { waitUntil: 'commit' });
  await page.locator('#terms').scrollIntoViewIfNeeded();
  const place = await page.evaluate(() => window.scrollY);
  expect(place).toBeGreaterThan(100);
  release();
  await expect(page.locator('footer')).toBeVisible();
  expect(await page.evaluate(() => window.scrollY)).toBe(place);
  await page.reload();
  await expect(page.locator('footer')).toBeVisible();
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBe(place);
  await page.locator('header').getByRole('link').first().click();
  await expect(page).toHaveURL('/');
  expect(await page.evaluate(() => window.scrollY)).toBe(0);
});

test('Q7 a page drawn in another language than the chosen one is not shown', async ({ page }) => {
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'EN – English' }).click();
  await expect(page.locator('h1')).toHaveText('Sign in');
  const release = await holdCode(page);
  await page.goto('/sign-in', { waitUntil: 'commit' });
  await expect(page.locator('h1')).toHaveText('Se connecter');
  await expect(page.locator('h1')).toBeHidden();
  release();
  await expect(page.locator('h1')).toHaveText('Sign in');
  await expect(page.locator('h1')).toBeVisible();
});

test('Z57 a notice that was read does not come back while the page is drawn', async ({ page }) => {
  await page.goto('/');
  const notice = page.getByRole('region', { name: 'Cookies' });
  await notice.getByRole('button').click();
  await expect(notice).toHaveCount(0);
  const release = await holdCode(page);
  await page.goto('/', { waitUntil: 'commit' });
  await expect(page.locator('h1')).toBeVisible();
  await expect(notice).toBeHidden();
  release();
  await expect(page.locator('footer')).toBeVisible();
  await expect(notice).toBeHidden();
});

test('Z22 the configured colour is there from the second visit’s first moment on', async ({ page }) => {
  const tint = () =>
    page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--mantine-color-accent-7').trim());
  await page.goto('/');
  await expect(page.locator('footer')).toBeVisible();
  const configured = await tint();
  // As if the installation had another colour than the product's own, which the demo has.
  await page.evaluate(() => localStorage.setItem('accent', Array<string>(10).fill('#aa0000').join(' ')));
  const release = await holdCode(page);
  await page.goto('/', { waitUntil: 'commit' });
  await expect(page.locator('h1')).toBeVisible();
  expect(await tint()).toBe('#aa0000');
  release();
  await expect(page.locator('footer')).toBeVisible();
  await expect.poll(tint).toBe(configured);
});

test('code that did not come is asked for again', async ({ page }) => {
  let refused = 0;
  await page.route('**/assets/*.js', async (route) => {
    if (refused < 5) {
      refused++;
      await route.abort();
    } else await route.continue();
  });
  await page.goto('/sign-in');
  await page.locator('#email').fill('amelie@exemple.fr');
  await expect(page.locator('footer')).toBeVisible();
  expect(refused).toBe(5);
  await expect(page.locator('#email')).toHaveValue('amelie@exemple.fr');
});

/** The portal over a line on which a page's content comes some time after its head. */
async function slowly(portal: string, use: (origin: string) => Promise<void>): Promise<void> {
  const server = createServer((request, response) => {
    void (async () => {
      const answer = await fetch(new URL(request.url ?? '/', portal), { headers: { 'Accept-Language': 'fr' } });
      const type = answer.headers.get('content-type') ?? '';
      const body = Buffer.from(await answer.arrayBuffer());
      response.writeHead(answer.status, { 'Content-Type': type, 'Cache-Control': 'max-age=60' });
      if (type.startsWith('text/html')) {
        const head = body.indexOf('<body');
        response.write(body.subarray(0, head));
        await delay(700);
        response.end(body.subarray(head));
      } else response.end(body);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

for (const locale of ['fr-FR', 'en-GB']) {
  test(`a page that comes piece by piece is waited for, ${locale}`, async ({ browser, baseURL }) => {
    const page = await browser.newPage({ locale });
    await slowly(baseURL ?? '', async (origin) => {
      for (let visit = 1; visit <= 2; visit++) {
        // the second has the code at hand
        await page.goto(`${origin}/sign-in`, { waitUntil: 'commit' });
        await expect(page.locator('footer')).toBeVisible();
        await expect(page.locator('h1')).toHaveText(locale === 'fr-FR' ? 'Se connecter' : 'Sign in');
        await expect(page.locator('h1')).toBeVisible();
      }
    });
    await page.close();
  });
}
