import { expect, test, type Page } from '@playwright/test';
import { goTo } from '../go-to';
import { demoTerms, publishTerms } from '../operator';
import { accountButton, call, confirm, enter, makeAccount, newPerson, submit, termsPopIn } from '../people';
import { linkInMail } from '../inbox';
import { visits } from '../pages';
import { sample } from '../sample';

/**
 * The terms of the portal change. Everybody who is signed in is asked again, so these tests run when the others are through,
 * one after the other; at the end the terms are the former ones, which the demo's people have accepted.
 */

/** What stays reachable without accepting (Z37). */
const open = [
  '/conditions',
  '/legal',
  '/accessibility',
  '/cookies',
  '/sitemap',
  '/problems',
  '/problems/:code',
  '/search',
  '/profile/data',
];

test('Z37 the pages that stay reachable without accepting are these', () => {
  expect(
    visits
      .filter((visit) => visit.beforeTerms)
      .map((visit) => visit.route)
      .sort(),
  ).toEqual([...open].sort());
});

let edition = 0;

/** Publishes terms that differ from all before, and returns a word that only they have. */
async function changeTerms(): Promise<{ version: string; french: string; english: string }> {
  const id = `${Date.now()}-${++edition}`;
  const terms = { version: `e2e ${id}`, french: `Nouveau texte ${id}.`, english: `New text ${id}.` };
  await publishTerms({ version: terms.version, fr: `## Objet\n\n${terms.french}\n`, en: `## Purpose\n\n${terms.english}\n` });
  return terms;
}

const accept = (page: Page) => termsPopIn(page).getByRole('button', { name: 'J’accepte' });

test.afterAll(async () => publishTerms(await demoTerms()));

test('C5 changed terms are asked again at the next act; accepting goes on with what was typed', async ({ page }) => {
  await makeAccount(page, newPerson());
  await goTo(page, '/profile');
  await page.locator('#fullName').fill('Amélie Changée');
  const { french, version } = await changeTerms();
  await submit(page).click();
  await expect(termsPopIn(page)).toContainText(french);
  await accept(page).click();
  await expect(termsPopIn(page)).toHaveCount(0);
  await expect(page.locator('#fullName')).toHaveValue('Amélie Changée');
  await submit(page).click();
  await expect(accountButton(page)).toContainText('Amélie Changée');
  // They are the ones of record, and nobody asks twice.
  await page.reload();
  await expect(page.locator('main')).toContainText(version);
  await expect(termsPopIn(page)).toHaveCount(0);
});

test('C5 a page that was refused meanwhile is there after accepting', async ({ page }) => {
  await makeAccount(page, newPerson());
  await changeTerms();
  await page.locator('main a[href="/profile/preferences"]').click();
  await accept(page).click();
  await expect(page.locator('#quotaAlerts')).toBeChecked();
});

test('C6 PS-08 Z37 without accepting only what Z37 names is reachable, and refusing signs out', async ({ page }) => {
  const person = newPerson();
  await makeAccount(page, person);
  const { french } = await changeTerms();

  // No page but those opens.
  await page.reload();
  await expect(termsPopIn(page)).toContainText(french);
  await page.keyboard.press('Escape');
  await page.mouse.click(2, 2);
  await expect(termsPopIn(page)).toBeVisible();
  for (const { path, route, beforeTerms } of sample('Z37', visits, 8)) {
    if (route === '/sign-in' || route === '/sign-up') continue; // lead away who is signed in
    await goTo(page, path);
    if (beforeTerms) {
      await page.locator('main h1').waitFor();
      await expect(termsPopIn(page), path).toHaveCount(0);
    } else {
      await expect(termsPopIn(page), path).toBeVisible();
      await expect(page.locator('main h1'), path).toHaveCount(0);
    }
  }
  expect(await call(page, 'GET', '/applications/sandbox')).toMatchObject({
    status: 403,
    body: { code: 'portal_terms_not_accepted' },
  });
  expect(await call(page, 'PATCH', '/me', { fullName: 'Autre Nom' })).toMatchObject({ status: 403 });
  expect(await call(page, 'PATCH', '/me', { language: 'fr' })).toMatchObject({ status: 200 });

  // The way out that the pop-in itself offers.
  await goTo(page, '/');
  await termsPopIn(page).getByRole('link').click();
  await expect(page).toHaveURL('/profile/data');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Télécharger' }).click();
  await download;

  await goTo(page, '/profile');
  await termsPopIn(page).getByRole('button', { name: 'Je refuse' }).click();
  await expect(page).toHaveURL('/sign-in');
  await expect(page.locator('main')).toContainText('Vous avez refusé les conditions');
  expect((await call(page, 'GET', '/session')).body).toEqual({ signedIn: false });

  await enter(page, person);
  await expect(termsPopIn(page)).toContainText(french);
  await accept(page).click();
  await expect(termsPopIn(page)).toHaveCount(0);
  await expect(page.locator('main h1')).toContainText('Amélie O’Hara');
});

test('C5 terms that change while they are read are shown anew before they count', async ({ page }) => {
  await makeAccount(page, newPerson(), { accept: false });
  await expect(termsPopIn(page)).toBeVisible();
  await expect(accept(page)).toBeEnabled();
  const { french } = await changeTerms();
  await accept(page).click();
  await expect(termsPopIn(page).getByRole('alert')).toBeVisible();
  await expect(termsPopIn(page)).toContainText(french);
  await accept(page).click();
  await expect(termsPopIn(page)).toHaveCount(0);
});

test.describe('in English', () => {
  test.use({ locale: 'en-GB' });

  test('B17 terms that change during a registration are said at their box, and nothing typed is lost', async ({ page }) => {
    const person = newPerson();
    await goTo(page, '/sign-up');
    await page.locator('#terms').waitFor();
    await page.waitForLoadState('networkidle');
    const { english } = await changeTerms();
    await page.locator('#fullName').fill('Grace O’Malley');
    await page.locator('#email').fill(person.email);
    await page.locator('#password').fill(person.password);
    await page.locator('#confirmation').fill(person.password);
    await page.locator('#terms').check();
    await submit(page).click();
    await expect(page.getByTestId('form-summary').getByRole('link')).toContainText('terms', { timeout: 40_000 });
    await expect(page.locator('#terms')).toHaveAttribute('aria-invalid', 'true');
    await expect(page.locator('#password')).toHaveValue(person.password);
    await submit(page).click();
    await expect(page.locator('main')).toContainText(person.email, { timeout: 40_000 });
    await confirm(page, person, await linkInMail(page.request, person.email, 'confirm'));
    await expect(termsPopIn(page)).toContainText(english);
  });
});
