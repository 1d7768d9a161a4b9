import { expect, test, type Page } from '@playwright/test';
import { linkInMail, mailed } from '../inbox';
import { acceptTerms } from '../people';

/** A new user in a fresh browser, from the home page to a first successful call (issue 8, "done when"). */

const password = 'Correct horse 12 battery';

function newAddress(): string {
  return `e2e-${crypto.randomUUID().slice(0, 13)}@exemple.fr`;
}

async function register(page: Page, email: string): Promise<void> {
  await page.goto('/');
  await page.locator('main').getByRole('link').first().click();
  await page.locator('#fullName').fill('Amélie <b>O’Hara</b>');
  await page.locator('#email').fill(email);
  await page.locator('#password').fill(password);
  await page.locator('#confirmation').fill(password);
  await page.locator('#terms').check();
  await page.locator('form[aria-label] button[type=submit]').click();
  await expect(page.locator('main')).toContainText(email, { timeout: 40_000 });
}

async function confirm(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.locator('#password').fill(password);
  await page.locator('form[aria-label] button[type=submit]').click();
  await page.locator('header nav button[aria-expanded]').waitFor();
  await acceptTerms(page);
}

for (const locale of ['fr-FR', 'en-GB']) {
  test.describe(locale, () => {
    test.use({ locale });

    test('register, confirm, accept the terms, show the secret once, get a token, call', async ({ page, request }) => {
      test.slow();
      const email = newAddress();
      await register(page, email);
      const link = await linkInMail(request, email, 'confirm');

      // Z43: a wrong password consumes nothing.
      await page.goto(link);
      await page.locator('#password').fill('Not the password 1');
      await page.locator('form[aria-label] button[type=submit]').click();
      await expect(page.getByTestId('form-summary')).toBeFocused();

      await confirm(page, link);
      await expect(page.locator('main h1')).toContainText('Amélie <b>O’Hara</b>');
      await page.goto('/applications');
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

      // The command's own parts: a token, then the call.
      const [tokenUrl, id, url] = [
        /curl -sS '([^']+)'/.exec(command)?.[1],
        /client_id=([0-9a-f-]+)/.exec(command)?.[1],
        /\$TOKEN" '([^']+)'/.exec(command)?.[1],
      ];
      const token = await request.post(tokenUrl ?? '', {
        form: { grant_type: 'client_credentials', client_id: id ?? '', client_secret: secret, scope: 'openid' },
      });
      expect(token.status()).toBe(200);
      const { access_token } = (await token.json()) as { access_token: string };
      expect((await request.get(url ?? '', { headers: { Authorization: `Bearer ${access_token}` } })).status()).toBe(200);

      // ML-04, Z43: no secret in any mail; the link is used up.
      const mails = await mailed(request, email);
      expect(mails).not.toContain(secret);
      expect(mails).not.toContain(password);
      expect(mails).not.toContain('<b>O’Hara</b>');
      await page.goto(link);
      await page.locator('#password').fill(password);
      await page.locator('form[aria-label] button[type=submit]').click();
      await expect(page.locator('#password')).toHaveCount(0);
    });
  });
}

test('C6 refusing the terms signs out', async ({ page, request }) => {
  const email = newAddress();
  await register(page, email);
  await page.goto(await linkInMail(request, email, 'confirm'));
  await page.locator('#password').fill(password);
  await page.locator('form[aria-label] button[type=submit]').click();
  const popIn = page.getByRole('dialog');
  await popIn.getByRole('button', { name: 'Je refuse' }).click();
  await expect(page).toHaveURL('/sign-in');
  await page.goto('/profile');
  await expect(page).toHaveURL('/sign-in?return=%2Fprofile');
});

test('Z1 forgotten password: opening the link consumes nothing, choosing does', async ({ page, request }) => {
  test.slow();
  const email = newAddress();
  await register(page, email);
  await confirm(page, await linkInMail(request, email, 'confirm'));
  await page.context().clearCookies();

  await page.goto('/forgotten');
  await page.locator('#email').fill(email);
  await page.locator('form[aria-label] button[type=submit]').click();
  await expect(page.locator('main')).toContainText(email, { timeout: 40_000 });
  const link = await linkInMail(request, email, 'reset');
  for (let visit = 0; visit < 3; visit++) {
    await page.goto(link);
    await expect(page.locator('#newPassword')).toBeVisible();
  }
  await page.locator('#newPassword').fill('Another horse 34 battery');
  await page.locator('#confirmation').fill('Another horse 34 battery');
  await page.locator('form[aria-label] button[type=submit]').click();
  await expect(page).toHaveURL('/sign-in');
  await page.locator('#email').fill(email);
  await page.locator('#password').fill('Another horse 34 battery');
  await page.locator('form[aria-label] button[type=submit]').click();
  await page.locator('header nav button[aria-expanded]').waitFor();
  await page.goto(link);
  await expect(page.locator('#newPassword')).toHaveCount(0);
  await expect(page.getByRole('main').getByRole('link', { name: 'Demander un nouveau lien' })).toBeVisible();
});

test('PS-07 hostile text in every field of the registration runs nothing', async ({ page }) => {
  const payload = `"><img src=x onerror="document.title='hacked'">`;
  await page.goto('/sign-up');
  await page.locator('#fullName').fill(payload);
  await page.locator('#email').fill(`${payload}@x.fr`);
  await page.locator('#password').fill(`Aa1 ${payload}`);
  await page.locator('#confirmation').fill(`Aa1 ${payload}`);
  await page.locator('#hasCode').check();
  await page.locator('#organisationCode').fill(payload.slice(0, 60));
  await page.locator('#terms').check();
  await page.locator('form[aria-label] button[type=submit]').click();
  await expect(page.getByTestId('form-summary')).toBeVisible();
  await expect(page).not.toHaveTitle(/hacked/);
  await page.goto(`/search?q=${encodeURIComponent(payload)}`);
  await expect(page.locator('main h1')).toContainText('onerror');
  await expect(page).not.toHaveTitle('hacked');
});
