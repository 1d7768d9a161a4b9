import type { Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Who signs in: the demo's accounts, which `make run` makes and writes down. */
export interface Person {
  email: string;
  password: string;
  role: string;
}

const file = process.env['DEMO_FILE'] ?? join(import.meta.dirname, '../../.local/demo.json');

/** The demo account of a role, or the first one. */
export function demoPerson(role?: string): Person {
  const { accounts } = JSON.parse(readFileSync(file, 'utf8')) as { accounts: Person[] };
  const person = role === undefined ? accounts[0] : accounts.find((account) => account.role === role);
  if (!person) throw new Error(`${file} has no account${role === undefined ? '' : ` of the role ${role}`}`);
  return person;
}

/** Signs in through the form, accepts the terms when they are shown, and waits for the account's button. */
export async function signIn(page: Page, person: Person): Promise<void> {
  await page.goto('/sign-in');
  await page.locator('#email').fill(person.email);
  await page.locator('#password').fill(person.password);
  await page.locator('form[aria-label] button[type=submit]').click();
  const account = page.locator('header nav button[aria-expanded]');
  await account.waitFor();
  await acceptTerms(page);
}

/** Keeps the browser in a language, whatever the account's is. */
export async function speak(page: Page, language: 'fr' | 'en'): Promise<void> {
  await page.evaluate((chosen) => localStorage.setItem('language', chosen), language);
}

/** Accepts the terms when the pop-in is there. */
export async function acceptTerms(page: Page): Promise<void> {
  const popIn = page.getByRole('dialog').filter({ has: page.getByRole('region') });
  const main = page.locator('main h1');
  await popIn.or(main).first().waitFor();
  if (!(await popIn.isVisible())) return;
  await popIn.getByRole('button').last().click();
  await popIn.waitFor({ state: 'hidden' });
}
