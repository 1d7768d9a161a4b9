import { expect, test, type Browser, type Page } from '@playwright/test';
import { goTo } from '../go-to';
import { accountButton, call, enter, makeAccount, newPerson, signIn, submit, type Person } from '../people';
import { mustChangePassword } from '../store';

/** How sessions end, and what is left of them. */

const signedIn = async (page: Page) => ((await call(page, 'GET', '/session')).body as { signedIn: boolean }).signedIn;

/** The same person in another browser. */
async function elsewhere(browser: Browser, person: Person): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await enter(page, person);
  return page;
}

test('PS-04 PS-09 after signing out nothing personal comes back: not by the back button, not by the old cookie', async ({
  page,
  context,
}) => {
  const person = newPerson();
  const name = 'Zénobie Quatremère';
  await makeAccount(page, person, { fullName: name });
  await goTo(page, '/applications');
  await expect(page.locator('main')).toContainText(person.email);
  await goTo(page, '/profile');
  await expect(page.locator('#fullName')).toHaveValue(name);
  const cookies = await context.cookies();
  expect(cookies.map((cookie) => cookie.name)).toEqual([expect.stringMatching(/^__Host-/)]);

  await accountButton(page).click();
  await page.locator('header nav').getByRole('button', { name: 'Se déconnecter' }).click();
  await expect(page).toHaveURL('/');
  await expect(accountButton(page)).toHaveCount(0);
  expect(await context.cookies()).toEqual([]);
  for (const origin of (await context.storageState()).origins) {
    expect(JSON.stringify(origin.localStorage)).not.toContain(person.email);
  }
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain(person.email);

  for (const asked of ['/applications', '/']) {
    await page.goBack();
    await page.locator('main h1').waitFor();
    if (asked !== '/') await expect(page).toHaveURL(`/sign-in?return=${encodeURIComponent(asked)}`);
    const shown = await page.locator('html').innerHTML();
    expect(shown).not.toContain(name);
    expect(shown).not.toContain(person.email);
  }

  await context.addCookies(cookies);
  expect(await signedIn(page)).toBe(false);
});

test('PS-04 one session is ended, then all others, from the profile', async ({ page, browser }) => {
  const person = newPerson();
  await makeAccount(page, person);
  const [second, third, fourth] = [
    await elsewhere(browser, person),
    await elsewhere(browser, person),
    await elsewhere(browser, person),
  ];
  await goTo(page, '/profile/sessions');
  const rows = page.locator('main section li');
  await expect(rows).toHaveCount(4);
  await page
    .getByRole('button', { name: /^Terminer la session/ })
    .first()
    .click();
  await expect(rows).toHaveCount(3);
  const left = await Promise.all([second, third, fourth].map(signedIn));
  expect(left.filter(Boolean)).toHaveLength(2);

  await page.getByRole('button', { name: 'Terminer toutes les autres sessions' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Terminer toutes les autres sessions' }).click();
  await expect(rows).toHaveCount(1);
  await expect(page.getByRole('status').filter({ hasText: '2 sessions' })).toBeVisible();
  for (const other of [second, third, fourth]) {
    await goTo(other, '/profile');
    await expect(other).toHaveURL('/sign-in?return=%2Fprofile');
    await other.context().close();
  }
  expect(await signedIn(page)).toBe(true);
});

interface Sandbox {
  state: string;
  id: string;
  access: { tokenUrl: string };
  credentials: { id: string; kind: string }[];
}

test('C14 C16 Z34 a changed password ends every session, this one too; the applications’ credentials go on', async ({
  page,
  browser,
  request,
}) => {
  const person = newPerson();
  await makeAccount(page, person);
  const other = await elsewhere(browser, person);
  let sandbox: Sandbox | undefined;
  await expect
    .poll(async () => {
      sandbox = (await call(page, 'GET', '/applications/sandbox')).body as Sandbox;
      return sandbox.state;
    })
    .toBe('ready');
  if (!sandbox) throw new Error('unreachable: the poll has just read it');
  const client = sandbox.credentials.find(({ kind }) => kind === 'oauth_client')?.id ?? '';
  const shown = await call(page, 'POST', `/applications/${sandbox.id}/credentials/${client}/secret`);
  const { secret } = shown.body as { secret: string };
  const token = async () =>
    (
      await request.post(sandbox?.access.tokenUrl ?? '', {
        form: { grant_type: 'client_credentials', client_id: client, client_secret: secret, scope: 'openid' },
      })
    ).status();
  expect(await token()).toBe(200);

  await goTo(page, '/profile/password');
  const chosen = { ...person, password: 'Another horse 34 battery' };
  await page.locator('#currentPassword').fill(person.password);
  await page.locator('#newPassword').fill(chosen.password);
  await page.locator('#confirmation').fill(chosen.password);
  await submit(page).click();
  await expect(page).toHaveURL('/sign-in');
  await expect(page.locator('main')).toContainText('toutes vos sessions ont pris fin');
  expect(await signedIn(page)).toBe(false);
  expect(await signedIn(other)).toBe(false);
  await other.context().close();
  expect(await token()).toBe(200);

  await page.locator('#email').fill(person.email);
  await page.locator('#password').fill(person.password);
  await submit(page).click();
  await expect(page.getByTestId('form-summary')).toBeFocused();
  await signIn(page, chosen);
});

test('C21 PS-04 deleting the account ends its sessions, says so, and opens no door any more', async ({ page, browser }) => {
  const person = newPerson();
  await makeAccount(page, person);
  const other = await elsewhere(browser, person);
  await goTo(page, '/profile/data');
  await page.getByRole('button', { name: 'Supprimer mon compte' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('#password').fill(person.password);
  await dialog.getByRole('button', { name: 'Supprimer mon compte' }).click();
  await expect(page).toHaveURL('/');
  await expect(page.getByRole('status').filter({ hasText: 'Votre compte est supprimé' })).toBeVisible();
  expect(await signedIn(page)).toBe(false);
  expect(await signedIn(other)).toBe(false);
  await other.context().close();
  await goTo(page, '/sign-in');
  await page.locator('#email').fill(person.email);
  await page.locator('#password').fill(person.password);
  await submit(page).click();
  await expect(page.getByTestId('form-summary')).toBeFocused();
});

test('C20 Z28 a password made by somebody else is changed before anything else', async ({ page }) => {
  const person = newPerson();
  await makeAccount(page, person);
  const session = (await call(page, 'GET', '/session')).body as { person: { id: string } };
  await mustChangePassword(session.person.id);
  for (const path of ['/', '/applications', '/profile', '/profile/preferences', '/profile/organisations']) {
    await goTo(page, path);
    await expect(page.locator('main h1')).toHaveText('Choisissez votre mot de passe');
  }
  expect(await call(page, 'GET', '/applications/sandbox')).toMatchObject({
    status: 403,
    body: { code: 'password_change_required' },
  });
  await goTo(page, '/');
  const chosen = { ...person, password: 'Another horse 34 battery' };
  await page.locator('#currentPassword').fill(person.password);
  await page.locator('#newPassword').fill(chosen.password);
  await page.locator('#confirmation').fill(chosen.password);
  await submit(page).click();
  await expect(page).toHaveURL('/sign-in');
  await signIn(page, chosen);
  await expect(page.locator('main h1')).toContainText('Amélie O’Hara');
});

test('without a network a form says so at once, keeps what was typed, and goes through afterwards', async ({ page, context }) => {
  await makeAccount(page, newPerson());
  await goTo(page, '/profile');
  await page.locator('#fullName').fill('Amélie Connectée');
  await context.setOffline(true);
  await submit(page).click();
  await expect(page.getByTestId('form-summary')).toContainText('Le portail ne répond pas');
  await expect(page.locator('#fullName')).toHaveValue('Amélie Connectée');
  await context.setOffline(false);
  await submit(page).click();
  await expect(accountButton(page)).toContainText('Amélie Connectée');
});
