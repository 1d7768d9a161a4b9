import { expect, type Page } from '@playwright/test';
import { goTo } from './go-to';
import { pbkdf2Sync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linkInMail } from './inbox';

/** Who signs in: the demo's accounts, which `make run` makes and writes down, and those that a test makes for itself. */
export interface Person {
  email: string;
  password: string;
}

const file = process.env['DEMO_FILE'] ?? join(import.meta.dirname, '../../.local/demo.json');

/** The demo account of a role, or the first one. */
export function demoPerson(role?: string): Person {
  const { accounts } = JSON.parse(readFileSync(file, 'utf8')) as { accounts: (Person & { role: string })[] };
  const person = role === undefined ? accounts[0] : accounts.find((account) => account.role === role);
  if (!person) throw new Error(`${file} has no account${role === undefined ? '' : ` of the role ${role}`}`);
  return person;
}

/** Somebody whom the portal does not know yet. `local` starts the local part of the address. */
export function newPerson(local = 'e2e'): Person {
  return { email: `${local}-${crypto.randomUUID().slice(0, 13)}@exemple.fr`, password: 'Correct horse 12 battery' };
}

/** The button that sends the page's form. */
export const submit = (page: Page) => page.locator('form[aria-label] button[type=submit]');

/** The account's button in the header: it is there exactly while somebody is signed in. */
export const accountButton = (page: Page) => page.locator('header nav button[aria-expanded]');

/** Fills in the form of registration and sends it; ends on the page that says to look into the mailbox. */
export async function register(page: Page, { email, password }: Person, fullName = 'Amélie O’Hara'): Promise<void> {
  await goTo(page, '/sign-up');
  await page.locator('#fullName').fill(fullName);
  await page.locator('#email').fill(email);
  await page.locator('#password').fill(password);
  await page.locator('#confirmation').fill(password);
  await page.locator('#terms').check();
  await submit(page).click();
  await expect(page.locator('main')).toContainText(email, { timeout: 40_000 });
}

/** Follows the link of the mail and types the password; the terms are still to be accepted. */
export async function confirm(page: Page, person: Person, link: string): Promise<void> {
  await goTo(page, link);
  await page.locator('#password').fill(person.password);
  await submit(page).click();
  await accountButton(page).waitFor();
}

/** Signs in through the form; the terms are still to be accepted where they are asked for. */
export async function enter(page: Page, person: Person): Promise<void> {
  await goTo(page, '/sign-in');
  await page.locator('#email').fill(person.email);
  await page.locator('#password').fill(person.password);
  await submit(page).click();
  await accountButton(page).waitFor();
}

/** Signs in through the form, accepts the terms when they are shown, and waits for the account's button. */
export async function signIn(page: Page, person: Person): Promise<void> {
  await enter(page, person);
  await acceptTerms(page);
}

/** Keeps the browser in a language, whatever the account's is. */
export async function speak(page: Page, language: 'fr' | 'en'): Promise<void> {
  await page.evaluate((chosen) => localStorage.setItem('language', chosen), language);
}

/** The pop-in with the terms. */
export const termsPopIn = (page: Page) => page.getByRole('dialog').filter({ has: page.getByRole('region') });

/** Accepts the terms when the pop-in is there. */
export async function acceptTerms(page: Page): Promise<void> {
  const popIn = termsPopIn(page);
  const main = page.locator('main h1');
  await popIn.or(main).first().waitFor();
  if (!(await popIn.isVisible())) return;
  await popIn.getByRole('button').last().click();
  await popIn.waitFor({ state: 'hidden' });
}

interface Answer {
  status: number;
  body: unknown;
}

/** A call of the portal's API as the page makes it: same origin, with the page's cookie. */
export function call(page: Page, method: string, path: string, body?: unknown): Promise<Answer> {
  return page.evaluate(
    async ([how, where, text]) => {
      const answer = await fetch(`/api${where}`, {
        method: how,
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() },
        ...(text === '' ? {} : { body: text }),
      });
      const read = await answer.text();
      return { status: answer.status, body: read === '' ? undefined : (JSON.parse(read) as unknown) };
    },
    [method, path, body === undefined ? '' : JSON.stringify(body)] as const,
  );
}

interface Challenge {
  parameters: { nonce: string; salt: string; cost: number; keyLength: number; keyPrefix: string };
}

/** The captcha's work, done as the widget does it. */
async function solveCaptcha(page: Page, form: string): Promise<string> {
  const challenge = (await call(page, 'GET', `/captcha?form=${form}`)).body as Challenge;
  const { nonce, salt, cost, keyLength, keyPrefix } = challenge.parameters;
  for (let counter = 0; ; counter++) {
    const password = Buffer.concat([Buffer.from(nonce, 'hex'), Buffer.alloc(4)]);
    password.writeUInt32BE(counter, password.length - 4);
    const derivedKey = pbkdf2Sync(password, Buffer.from(salt, 'hex'), cost, keyLength, 'sha256').toString('hex');
    if (derivedKey.startsWith(keyPrefix))
      return Buffer.from(JSON.stringify({ challenge, solution: { counter, derivedKey } })).toString('base64');
  }
}

interface Made {
  fullName?: string;
  language?: 'fr' | 'en';
  accept?: boolean;
}

/** Registers by the API's own calls, for tests that are not about registering, and returns the link of the mail. */
export async function registerQuietly(page: Page, person: Person, { fullName = 'Amélie O’Hara', language = 'fr' }: Made = {}) {
  await goTo(page, '/cookies');
  const { hash } = (await call(page, 'GET', '/terms')).body as { hash: string };
  const registered = await call(page, 'POST', '/registrations', {
    fullName,
    email: person.email,
    password: person.password,
    newsletter: false,
    surveys: false,
    termsHash: hash,
    language,
    captcha: await solveCaptcha(page, 'registration'),
  });
  expect(registered, person.email).toMatchObject({ status: 202 });
  return { link: await linkInMail(page.request, person.email, 'confirm'), hash };
}

/** Makes an account in the same way and leaves it signed in on the home page; without `accept` the terms are still to be accepted. */
export async function makeAccount(page: Page, person: Person, made: Made = {}): Promise<void> {
  const { link, hash } = await registerQuietly(page, person, made);
  const token = link.split('/').at(-1);
  expect(await call(page, 'POST', '/confirmations', { token, password: person.password })).toMatchObject({ status: 201 });
  if (made.accept !== false) expect(await call(page, 'POST', '/terms/acceptances', { hash })).toMatchObject({ status: 204 });
  await speak(page, made.language ?? 'fr');
  await goTo(page, '/');
  await accountButton(page).waitFor();
}

/** Asks for a link to choose a new password, and returns it. */
export async function requestReset(page: Page, person: Person): Promise<string> {
  const body = { email: person.email, captcha: await solveCaptcha(page, 'password-reset') };
  expect(await call(page, 'POST', '/password-resets', body)).toMatchObject({ status: 202 });
  return linkInMail(page.request, person.email, 'reset');
}
