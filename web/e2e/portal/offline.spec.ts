import { expect, test } from '@playwright/test';
import { goTo } from '../go-to';

test('ui §3 without a network a form says so at once, keeps what was typed, and works again with it', async ({
  page,
  context,
}) => {
  await goTo(page, '/sign-in');
  await page.locator('#email').fill('nobody@exemple.fr');
  await page.locator('#password').fill('Not the password 1');
  const submit = page.locator('form[aria-label] button[type=submit]');
  const summary = page.getByTestId('form-summary');

  await context.setOffline(true);
  await submit.click();
  await expect(summary).toContainText('Le portail ne répond pas');
  await expect(page.locator('#email')).toHaveValue('nobody@exemple.fr');

  await context.setOffline(false);
  await submit.click();
  // The texts of the codes could not be fetched before: the API's own sentence stands, never a key.
  await expect(summary).not.toContainText('Le portail ne répond pas');
  await expect(summary).toBeVisible();
  await expect(summary).not.toContainText('code.');
});
