import { execFileSync } from 'node:child_process';
import { expect, test } from '@playwright/test';
import { goTo } from '../go-to';
import { linkInMail, mailed } from '../inbox';
import { locales } from '../pages';
import { acceptTerms, accountButton, confirm, enter, makeAccount, newPerson, register, submit, termsPopIn } from '../people';
import { sample } from '../sample';

/** A new user in a fresh browser, from the home page to a first successful call. */

for (const locale of sample('journey', Object.values(locales))) {
  test.describe(locale, () => {
    test.use({ locale });

    test('register, confirm, accept the terms, show the secret once, get a token, call', async ({ page, request }) => {
      const person = newPerson();
      const { email, password } = person;
      await goTo(page, '/');
      await page.locator('main').getByRole('link').first().click();
      await expect(page).toHaveURL('/sign-up');
      await register(page, person, 'Amélie <b>O’Hara</b>');
      const link = await linkInMail(request, email, 'confirm');

      // Z43: a wrong password consumes nothing.
      await goTo(page, link);
      await page.locator('#password').fill('Not the password 1');
      await submit(page).click();
      await expect(page.getByTestId('form-summary')).toBeFocused();

      await confirm(page, person, link);
      await acceptTerms(page);
      await expect(page.locator('main h1')).toContainText('Amélie <b>O’Hara</b>');
      await goTo(page, '/applications');
      await expect(page.locator('main')).toContainText(`APP_SANDBOX_${email}`);
      const client = page.locator('section[aria-label*="OAuth"]');
      await expect(client).toBeVisible({ timeout: 30_000 });

      // Z19: shown once, closing wants the tick.
      await client.getByRole('button').last().click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button').last().click();
      const secret = (await dialog.getByTestId('shown-secret').textContent())?.trim() ?? '';
      expect(secret).not.toBe('');
      await page.keyboard.press('Escape');
      await expect(dialog).toBeVisible();
      await expect(dialog.getByRole('button').last()).toBeDisabled();
      const command = (await dialog.locator('pre code').textContent()) ?? '';
      await dialog.getByRole('checkbox').check();
      await dialog.getByRole('button').last().click();
      await expect(dialog).toBeHidden();
      await expect(client.getByText(secret)).toHaveCount(0);

      // Pasted into a terminal, the command takes a token and calls the demo API to which every new application is linked.
      expect(command).toMatch(/\/demo\/calendar\/v1\/holidays\/\d+/);
      const printed = execFileSync('bash', ['-c', command], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      expect(printed).toMatch(/^HTTP\/1\.1 200 /);
      expect(printed).toContain('"holidays"');

      // ML-04, Z43: no secret in any mail; the link is used up.
      const mails = await mailed(request, email);
      expect(mails).not.toContain(secret);
      expect(mails).not.toContain(password);
      expect(mails).not.toContain('<b>O’Hara</b>');
      await goTo(page, link);
      await page.locator('#password').fill(password);
      await submit(page).click();
      await expect(page.locator('#password')).toHaveCount(0);
    });
  });
}

test('C6 refusing the terms signs out', async ({ page }) => {
  await makeAccount(page, newPerson(), { accept: false });
  await termsPopIn(page).getByRole('button', { name: 'Je refuse' }).click();
  await expect(page).toHaveURL('/sign-in');
  await goTo(page, '/profile');
  await expect(page).toHaveURL('/sign-in?return=%2Fprofile');
});

test('RG-05 opening the link to confirm consumes nothing, however often and by whomever', async ({ page, request }) => {
  const person = newPerson();
  await register(page, person);
  const link = await linkInMail(request, person.email, 'confirm');
  for (let visit = 0; visit < 5; visit++) {
    expect((await request.get(link)).status()).toBe(200); // a mail scanner, which runs no page
    await goTo(page, link);
    await expect(page.locator('#password')).toBeVisible();
  }
  await confirm(page, person, link);
});

test('Z1 RG-05 RG-04 forgotten password: opening the link consumes nothing, choosing does', async ({ page, request }) => {
  const person = newPerson();
  await makeAccount(page, person);
  await page.context().clearCookies();

  await goTo(page, '/forgotten');
  await page.locator('#email').fill(person.email);
  await submit(page).click();
  await expect(page.locator('main')).toContainText(person.email, { timeout: 40_000 });
  const link = await linkInMail(request, person.email, 'reset');
  for (let visit = 0; visit < 5; visit++) {
    expect((await request.get(link)).status()).toBe(200);
    await goTo(page, link);
    await expect(page.locator('#newPassword')).toBeVisible();
  }
  const chosen = { ...person, password: 'Another horse 34 battery' };
  await page.locator('#newPassword').fill(chosen.password);
  await page.locator('#confirmation').fill(chosen.password);
  await submit(page).click();
  await expect(page).toHaveURL('/sign-in');
  await enter(page, chosen);
  await goTo(page, link);
  await expect(page.locator('#newPassword')).toHaveCount(0);
  await expect(page.getByRole('main').getByRole('link', { name: 'Demander un nouveau lien' })).toBeVisible();
  await accountButton(page).waitFor();
});
