import { test, type Page } from '@playwright/test';
import { goTo } from '../go-to';
import { acceptTerms, demoPerson, signIn, speak } from '../people';
import { languages, themes } from '../pages';
import { browserOf, photograph, type Look, type Shot } from './camera';
import { confirm, longNamed, newcomer, password, register } from './newcomer';

/**
 * Pictures of what a page becomes: dialogs, menus, faults, refusals, successes, waiting, no answer, one and many, long
 * names. What the running portal does not do when asked (a slow or missing answer, a password made by somebody else) is
 * put in the way of the page here; no test does that.
 */

const submit = (page: Page) => page.locator('form[aria-label] button[type=submit]').click();
const dialog = (page: Page) => page.getByRole('dialog');

/** Opens a page and waits for its title. */
async function open(page: Page, path: string): Promise<void> {
  await goTo(page, path);
  await page.locator('main h1').waitFor();
  await page.waitForLoadState('networkidle');
}

for (const theme of themes) {
  for (const language of languages) {
    const look: Look = { theme, language };

    test(`a visitor's states, ${theme}, ${language}`, async ({ browser }) => {
      const context = await browserOf(browser, look);
      const page = await context.newPage();
      const shoot = (name: string, shot?: Shot) => photograph(page, look, `state-${name}`, shot);

      const unread = await (await browserOf(browser, look, { noticeRead: false })).newPage();
      await open(unread, '/');
      await photograph(unread, look, 'state-cookie-notice', { whole: false });
      await unread.context().close();

      await open(page, '/');
      await page.setViewportSize({ width: 360, height: 740 });
      await page.locator('header button[aria-haspopup=dialog]').click();
      await dialog(page).waitFor();
      await shoot('menu', { whole: false, at: [360] });
      await page.keyboard.press('Escape');

      await open(page, '/sign-up');
      await page.locator('#fullName').fill('Amélie');
      await page.locator('#email').fill('amelie.exemple.fr');
      await page.locator('#password').fill('amelie 2026');
      await page.locator('#confirmation').fill('amelie 2025');
      await page.locator('#hasCode').check();
      await submit(page);
      await page.getByTestId('form-summary').waitFor();
      await shoot('sign-up-faults');
      await page.locator('footer a[href="/legal"]').click();
      await dialog(page).waitFor();
      await shoot('leave-form', { whole: false });
      await dialog(page).getByRole('button').nth(1).click();

      await open(page, '/sign-in?return=%2Fprofile');
      await shoot('sign-in-return');
      await page.locator('#email').fill('nobody@exemple.fr');
      await page.locator('#password').fill('Not the password 1');
      await submit(page);
      await page.getByTestId('form-summary').waitFor();
      await shoot('sign-in-refused');

      await open(page, '/confirm/AAAAAAAAAAAAAAAAAAAAAAAA');
      await page.locator('#password').fill(password);
      await submit(page);
      await page.locator('main a[href="/confirm"]').waitFor();
      await shoot('confirm-dead');

      await open(page, '/forgotten');
      await page.locator('#email').fill('nobody@exemple.fr');
      await page.locator('altcha-widget input:checked').waitFor({ timeout: 60_000 });
      await shoot('captcha-done');
      await submit(page);
      await page.getByText('nobody@exemple.fr').waitFor();
      await shoot('forgotten-sent');

      for (const [name, path] of [
        ['search-none', '/search?q=xyzzy'],
        ['search-empty', '/search'],
        ['problems-none', '/problems?filter=xyzzy'],
        ['problem-unknown', '/problems/xyzzy'],
      ] as const) {
        await open(page, path);
        await shoot(name);
      }

      await page.route('**/api/configuration', () => undefined); // never answered
      await goTo(page, '/legal');
      await page.locator('main [data-waiting]').waitFor();
      await shoot('waiting', { whole: false });
      await page.unroute('**/api/configuration');

      await page.route('**/api/**', (route) => route.abort());
      await open(page, '/legal');
      await page.locator('main button').waitFor({ timeout: 60_000 });
      await shoot('unreachable');
      await page.unroute('**/api/**');

      await open(page, '/sign-in');
      await context.setOffline(true);
      await page.locator('#email').fill('nobody@exemple.fr');
      await page.locator('#password').fill('Not the password 1');
      await submit(page);
      await page.getByTestId('form-summary').waitFor();
      await shoot('sign-in-offline');
      await page.locator('footer a[href="/sitemap"]').click();
      await page.getByRole('alert').waitFor();
      await shoot('broken');
      await context.close();
    });

    test(`a newcomer's states, ${theme}, ${language}`, async ({ browser, request }) => {
      const context = await browserOf(browser, look);
      const page = await context.newPage();
      const shoot = (name: string, shot?: Shot) => photograph(page, look, `state-${name}`, shot);
      const person = newcomer('Amélie O’Hara');

      await register(page, person);
      await shoot('registered');
      await confirm(page, request, person);
      await shoot('terms', { whole: false });
      await acceptTerms(page);
      await shoot('home-confirmed');

      await page.route('**/api/applications/sandbox', (route) =>
        route.fulfill({ json: { state: 'pending', name: `APP_SANDBOX_${person.email}` } }),
      );
      await open(page, '/applications');
      await shoot('application-pending');
      await page.unroute('**/api/applications/sandbox');

      const client = page.locator('section[aria-label*="OAuth"]');
      await client.waitFor({ timeout: 60_000 });
      await client.getByRole('button').last().click();
      await dialog(page).waitFor();
      await shoot('secret-before', { whole: false });
      await dialog(page).getByRole('button').last().click();
      await page.getByTestId('shown-secret').waitFor();
      await shoot('secret', { whole: false });
      await dialog(page).getByRole('checkbox').check();
      await dialog(page).getByRole('button').last().click();
      await dialog(page).waitFor({ state: 'hidden' });
      await shoot('application-ready');
      await open(page, '/');
      await shoot('home-secret-shown');

      await open(page, '/profile');
      await page.locator('header nav button[aria-expanded]').click();
      await shoot('account-menu', { whole: false });
      await page.keyboard.press('Escape');
      await page.locator('#fullName').fill('');
      await submit(page);
      await page.getByTestId('form-summary').waitFor();
      await shoot('profile-fault');
      await page.locator('#fullName').fill('Amélie O’Hara-Martin');
      await submit(page);
      await page.getByRole('status').filter({ hasText: /\w/ }).first().waitFor();
      await shoot('profile-saved');

      await open(page, '/profile/sessions');
      await shoot('sessions-one');
      await open(page, '/profile/organisations');
      await page.locator('#code').fill('ABCD-EFGH');
      await submit(page);
      await page.getByTestId('form-summary').waitFor();
      await shoot('join-refused');

      await open(page, '/profile/password');
      await page.locator('#currentPassword').fill('x');
      await page.locator('#newPassword').fill('Password 1234');
      await submit(page);
      await page.getByTestId('form-summary').waitFor();
      await shoot('password-faults');

      await open(page, '/profile/data');
      await page.locator('main button.danger').click();
      await dialog(page).waitFor();
      await page.locator('#password').fill('Not the password 1');
      await dialog(page).locator('button[type=submit]').click();
      await page.getByTestId('form-summary').waitFor();
      await shoot('delete-account', { whole: false });
      await page.keyboard.press('Escape');
      await page.locator('#content button').first().click();
      await page.getByRole('status').filter({ hasText: /\w/ }).first().waitFor();
      await shoot('exported');

      await page.route('**/api/session', async (route) => {
        if (route.request().method() !== 'GET') return route.continue();
        const answer = await route.fetch();
        return route.fulfill({ response: answer, json: { ...((await answer.json()) as object), passwordMustChange: true } });
      });
      await open(page, '/');
      await shoot('forced-password');
      await page.unroute('**/api/session');

      await page.clock.install();
      await open(page, '/profile');
      await page.clock.fastForward('28:30');
      await dialog(page).waitFor();
      await shoot('session-ending', { whole: false });
      await context.close();
    });

    test(`long names, ${theme}, ${language}`, async ({ browser, request }) => {
      const context = await browserOf(browser, look);
      const page = await context.newPage();
      const shoot = (name: string, shot?: Shot) => photograph(page, look, `state-long-${name}`, shot);
      const person = longNamed();

      await register(page, person);
      await shoot('registered');
      await confirm(page, request, person);
      await acceptTerms(page);
      await page.locator('main h1').waitFor();
      await open(page, '/applications');
      await page.locator('section[aria-label*="OAuth"]').waitFor({ timeout: 60_000 });
      await shoot('application');
      await open(page, '/');
      await shoot('home');
      await page.locator('header nav button[aria-expanded]').click();
      await shoot('account-menu', { whole: false });
      await open(page, '/profile');
      await shoot('profile');
      await open(page, '/profile/data');
      await page.locator('main button.danger').click();
      await dialog(page).waitFor();
      await shoot('delete-account', { whole: false });
      await context.close();
    });

    test(`roles and many sessions, ${theme}, ${language}`, async ({ browser }) => {
      for (const role of ['organisation administrator', 'platform administrator']) {
        const context = await browserOf(browser, look);
        const page = await context.newPage();
        const shoot = (name: string, shot?: Shot) =>
          photograph(page, look, `state-${role.replace(' ', '-')}-${name}`, shot);
        await signIn(page, demoPerson(role));
        await speak(page, language);
        await open(page, '/');
        await page.locator('header nav button[aria-expanded]').click();
        await shoot('menu', { whole: false });
        await open(page, '/profile/organisations');
        await shoot('organisations');
        const leave = page.locator('main li button');
        if ((await leave.count()) > 0) {
          await leave.first().click();
          await dialog(page).waitFor();
          await shoot('leave', { whole: false });
        }
        await open(page, '/profile/data');
        await shoot('data');
        await open(page, '/profile/sessions');
        await page.locator('main li').first().waitFor();
        await shoot('sessions');
        await page.locator('main button').last().click();
        await dialog(page).waitFor();
        await shoot('end-others', { whole: false });
        await context.close();
      }
    });
  }
}
