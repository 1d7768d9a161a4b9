import { expect, test } from '@playwright/test';
import { goTo } from '../go-to';

/** Wrong and hostile input, as far as the page answers by itself; the API's own answers are in journey.spec.ts. */

test('B10 two different passwords are said at the field and in the summary, which takes the focus and links to it', async ({
  page,
}) => {
  await goTo(page, '/sign-up');
  await page.locator('#fullName').fill('Amélie');
  await page.locator('#email').fill('amelie@exemple.fr');
  await page.locator('#password').fill('Correct horse 12');
  await page.locator('#confirmation').fill('Correct horse 13');
  await page.locator('#terms').check();
  await page.locator('form[aria-label] button[type=submit]').click();
  const summary = page.getByTestId('form-summary');
  await expect(summary).toBeFocused();
  await expect(page.locator('#confirmation')).toHaveAttribute('aria-invalid', 'true');
  await summary.getByRole('link').click();
  await expect(page.locator('#confirmation')).toBeFocused();
  // What was typed is still there.
  await expect(page.locator('#fullName')).toHaveValue('Amélie');
  await expect(page.locator('#password')).toHaveValue('Correct horse 12');
});

test('B17 without the tick the terms are asked for', async ({ page }) => {
  await goTo(page, '/sign-up');
  await page.locator('form[aria-label] button[type=submit]').click();
  await expect(page.getByTestId('form-summary').getByRole('link')).toHaveCount(4);
});

test('B12 the code appears with its box and the list goes', async ({ page }) => {
  await goTo(page, '/sign-up');
  await expect(page.locator('#organisationId')).toBeVisible();
  await page.locator('#hasCode').check();
  await expect(page.locator('#organisationCode')).toBeVisible();
  await expect(page.locator('#organisationId')).toHaveCount(0);
});

test('B4 the strength follows what is typed', async ({ page }) => {
  await goTo(page, '/sign-up');
  const kept = page.locator('#password-rules li[data-kept=true]');
  await page.locator('#password').fill('abc');
  await expect(kept).toHaveCount(1);
  await page.locator('#password').fill('Abcdefghi 12');
  await expect(kept).toHaveCount(5);
});

test('ui §3 leaving a form with changes asks, staying keeps them', async ({ page }) => {
  await goTo(page, '/sign-up');
  await page.locator('#fullName').fill('Amélie');
  await page.getByRole('navigation', { name: 'Menu principal' }).getByRole('link', { name: 'Codes d’erreur' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Rester sur la page' }).click();
  await expect(page.locator('#fullName')).toHaveValue('Amélie');
  await page.getByRole('link', { name: 'Accueil', exact: true }).first().click();
  await dialog.getByRole('button', { name: 'Quitter la page' }).click();
  await expect(page).toHaveURL('/');
});

test('Q7 the language is switched at once and kept over a reload', async ({ page }) => {
  await goTo(page, '/sign-in');
  await page.getByRole('button', { name: 'EN – English' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in');
});

test('Z57 the notice on cookies is dismissed once, without a cookie', async ({ page, context }) => {
  await goTo(page, '/');
  const notice = page.getByRole('region', { name: 'Cookies' });
  await notice.getByRole('button').click();
  await expect(notice).toHaveCount(0);
  await page.reload();
  await page.locator('main h1').waitFor();
  await expect(notice).toHaveCount(0);
  expect(await context.cookies()).toEqual([]);
});

test('C7 a page that needs signing in asks for it and would come back', async ({ page }) => {
  await goTo(page, '/profile/sessions');
  await expect(page).toHaveURL('/sign-in?return=%2Fprofile%2Fsessions');
});

test('A3 the search finds pages and codes, and its address can be sent', async ({ page }) => {
  await goTo(page, '/');
  await page.getByRole('searchbox').fill('reinitialiser');
  await page.getByRole('searchbox').press('Enter');
  await expect(page).toHaveURL('/search?q=reinitialiser');
  await expect(page.getByRole('main').getByRole('link', { name: 'Mot de passe oublié' })).toBeVisible();
});

test('keyboard only: skip link, menu, form and its captcha', async ({ page }) => {
  await goTo(page, '/forgotten');
  await page.locator('main h1').waitFor();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Aller au contenu' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('#content')).toBeFocused();
  // From the content on: breadcrumb, then the field.
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(page.locator('#email')).toBeFocused();
  await page.keyboard.type('nobody@exemple.fr');
  await expect(page.locator('altcha-widget input[type=checkbox]')).toBeChecked({ timeout: 30_000 });
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Consultez votre messagerie');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
});
