import { expect, test, type Locator, type Page } from '@playwright/test';
import { goTo } from '../go-to';
import { linkInMail } from '../inbox';
import { newPerson } from '../people';

/** The whole way without a pointer: nothing here clicks, and every stop of the focus can be seen. */

/** What has the focus has a ring, and lies within the window. */
async function expectVisibleFocus(page: Page): Promise<void> {
  const focus = await page.evaluate(() => {
    const one = document.activeElement;
    if (!one || one === document.body) return { what: 'nothing', ring: true, inside: true }; // past the last stop: the browser's own bar
    // The frame of a password surrounds the field and its button.
    const framed = one.matches('.mantine-PasswordInput-input > input') ? (one.parentElement ?? one) : one;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(framed);
    const { top, bottom, left, right } = one.getBoundingClientRect();
    return {
      what: one.outerHTML.slice(0, 160),
      ring: (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none',
      inside: bottom > 0 && right > 0 && top < innerHeight && left < innerWidth,
    };
  });
  expect.soft(focus, `the focus is seen on ${focus.what}`).toMatchObject({ ring: true, inside: true });
}

/** Presses Tab until the target has the focus. */
async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await target.waitFor();
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press(key);
    await expectVisibleFocus(page);
    if (await target.evaluate((one) => one === document.activeElement)) return;
  }
  throw new Error(`60 × ${key} do not reach ${String(target)}`);
}

async function type(page: Page, field: string, text: string): Promise<void> {
  await tabTo(page, page.locator(`#${field}`));
  await page.keyboard.type(text);
}

test('RG-14 keyboard only: from the home page to a secret that was shown and stored', async ({ page, request }) => {
  const person = newPerson();
  const heading = page.locator('main h1');
  await goTo(page, '/');

  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Aller au contenu' })).toBeFocused();
  await page.keyboard.press('Enter');
  await tabTo(page, page.locator('main a[href="/sign-up"]').first());
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/sign-up');
  await expect(heading).toBeFocused();

  await type(page, 'fullName', 'Clavier Seul');
  await type(page, 'email', person.email);
  await type(page, 'password', person.password);
  await type(page, 'confirmation', person.password);
  await tabTo(page, page.locator('#terms'));
  await page.keyboard.press('Space');
  await expect(page.locator('#terms')).toBeChecked();
  await tabTo(page, page.getByRole('button', { name: 'Créer le compte' }));
  // A slip on the way is mended from the summary.
  await tabTo(page, page.locator('#confirmation'), 'Shift+Tab');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('Something else 1');
  await page.keyboard.press('Enter');
  const summary = page.getByTestId('form-summary');
  await expect(summary).toBeFocused();
  await tabTo(page, summary.getByRole('link'));
  await page.keyboard.press('Enter');
  await expect(page.locator('#confirmation')).toBeFocused();
  await page.keyboard.press('Control+A');
  await page.keyboard.type(person.password);
  await page.keyboard.press('Enter'); // the captcha has been working meanwhile: nobody was asked for anything
  await expect(page.locator('main')).toContainText(person.email, { timeout: 40_000 });
  await expect(heading).toBeFocused();

  await goTo(page, await linkInMail(request, person.email, 'confirm'));
  await heading.waitFor();
  await type(page, 'password', person.password);
  await page.keyboard.press('Enter');

  const dialog = page.getByRole('dialog');
  await dialog.getByRole('region').waitFor();
  await tabTo(page, dialog.getByRole('region'));
  await page.keyboard.press('PageDown');
  await tabTo(page, dialog.getByRole('button', { name: 'Je refuse' }));
  await tabTo(page, dialog.getByRole('button', { name: 'J’accepte' }));
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  await expect(heading).toContainText('Clavier Seul');

  await tabTo(page, page.locator('header nav a[href="/applications"]'));
  await page.keyboard.press('Enter');
  await expect(heading).toBeFocused();
  const client = page.locator('section[aria-label*="OAuth"]');
  await client.waitFor({ timeout: 30_000 });
  await tabTo(page, client.getByRole('button').last());
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('button').last()).toBeFocused();
  await page.keyboard.press('Space');
  await page.getByTestId('shown-secret').waitFor();
  await tabTo(page, dialog.getByRole('checkbox'));
  await page.keyboard.press('Space');
  await tabTo(page, dialog.getByRole('button').last());
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  await tabTo(page, client.getByRole('button').first());

  // And out again.
  await tabTo(page, page.locator('header nav button[aria-expanded]'), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await tabTo(page, page.locator('header nav').getByRole('button', { name: 'Se déconnecter' }));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/');
});
