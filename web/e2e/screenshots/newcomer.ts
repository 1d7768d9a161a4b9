import { expect, type APIRequestContext, type Page } from '@playwright/test';
import { goTo } from '../go-to';
import { linkInMail } from '../inbox';

export const password = 'Correct horse 12 battery';

export interface Newcomer {
  fullName: string;
  email: string;
}

export function newcomer(fullName: string): Newcomer {
  return { fullName, email: `look-${crypto.randomUUID().slice(0, 13)}@exemple.fr` };
}

/** A name and an address as long as the portal admits: 100 and 254 characters. */
export function longNamed(): Newcomer {
  const id = crypto.randomUUID().slice(0, 8);
  const domain = [
    'direction-interministerielle-de-la-simplification.services-deconcentres-de-l-outre-mer',
    'a'.repeat(63),
    'a'.repeat(22),
    'gouv.exemple.fr',
  ];
  return {
    fullName: 'Marie-Antoinette de La Rochefoucauld-Montbel d’Hautefeuille et de Saint-Germain-en-Laye Beauregard XV'.slice(0, 100),
    email: `${`marie-antoinette.de-la-rochefoucauld-${id}`.padEnd(64, 'x')}@${domain.join('.')}`,
  };
}

/** Fills in the sign-up form and sends it. */
export async function register(page: Page, person: Newcomer): Promise<void> {
  await goTo(page, '/sign-up');
  await page.locator('#fullName').fill(person.fullName);
  await page.locator('#email').fill(person.email);
  await page.locator('#password').fill(password);
  await page.locator('#confirmation').fill(password);
  await page.locator('#terms').check();
  await page.locator('form[aria-label] button[type=submit]').click();
  await expect(page.locator('main')).toContainText(person.email, { timeout: 60_000 });
}

/** Follows the mail's link and confirms; the terms then stand before the portal. */
export async function confirm(page: Page, request: APIRequestContext, person: Newcomer): Promise<void> {
  await goTo(page, await linkInMail(request, person.email, 'confirm'));
  await page.locator('#password').fill(password);
  await page.locator('form[aria-label] button[type=submit]').click();
  await page.getByRole('dialog').getByRole('region').getByRole('heading').first().waitFor();
}
