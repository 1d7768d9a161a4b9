import { expect, test, type Browser, type Page } from '@playwright/test';
import { goTo } from '../go-to';
import { expectAccessible } from '../axe';
import { locales, looks, type Language } from '../pages';
import { accountButton, call, enter, makeAccount, newPerson, submit, termsPopIn, type Person } from '../people';
import { newOrganisation } from '../operator';
import { mustChangePassword } from '../store';
import { sample } from '../sample';
import { foreignWords } from '../words';

/** What is no page of its own: dialogs, menus, and what a page says after an act. pages.spec.ts walks the pages. */

const dialog = (page: Page) => page.getByRole('dialog');
const summary = (page: Page) => page.getByTestId('form-summary');

interface Stage {
  page: Page;
  browser: Browser;
  person: Person;
  language: Language;
}

interface State {
  name: string;
  /** Shows it, and waits until it is there. */
  show: (stage: Stage) => Promise<void>;
}

const wrong = 'Not the password 1';

/** States that follow from each other, in a browser of their own. */
interface Group {
  who: 'visitor' | 'user' | 'user before the terms';
  states: State[];
}

const groups: Group[] = [
  {
    who: 'visitor',
    states: [
      {
        name: 'registration with every fault',
        show: async ({ page }) => {
          await goTo(page, '/sign-up');
          await page.locator('#hasCode').check();
          await submit(page).click();
          await expect(summary(page).getByRole('link')).toHaveCount(5);
        },
      },
      {
        name: 'leaving a form with changes',
        show: async ({ page }) => {
          await page.locator('#fullName').fill('Amélie');
          await page.locator('header a[href="/problems"]').first().click();
          await dialog(page).waitFor();
        },
      },
    ],
  },
  {
    who: 'visitor',
    states: [
      {
        name: 'sign-in refused',
        show: async ({ page, person }) => {
          await goTo(page, '/sign-in');
          await page.locator('#email').fill(person.email);
          await page.locator('#password').fill(wrong);
          await submit(page).click();
          await summary(page).waitFor();
        },
      },
      {
        name: 'sign-in that asks for the captcha (RG-13)',
        show: async ({ page }) => {
          // The page is told to wait longer after each failure, then asks for the work.
          await expect(async () => {
            await submit(page).click();
            await expect(page.locator('#captcha')).toBeVisible({ timeout: 1000 });
          }).toPass({ timeout: 60_000 });
        },
      },
    ],
  },
  {
    who: 'visitor',
    states: [
      {
        name: 'mail to confirm on its way',
        show: async ({ page, person }) => {
          await goTo(page, '/confirm');
          await page.locator('#email').fill(person.email);
          await submit(page).click();
          await expect(page.locator('main')).toContainText(person.email, { timeout: 40_000 });
        },
      },
      {
        name: 'mail to choose a password on its way',
        show: async ({ page, person }) => {
          await goTo(page, '/forgotten');
          await page.locator('#email').fill(person.email);
          await submit(page).click();
          await expect(page.locator('main')).toContainText(person.email, { timeout: 40_000 });
        },
      },
      {
        name: 'a dead link to confirm',
        show: async ({ page }) => {
          await goTo(page, '/confirm/AAAAAAAAAAAAAAAAAAAAAAAA');
          await page.locator('#password').fill(wrong);
          await submit(page).click();
          await page.locator('main a[href="/confirm"]').waitFor();
        },
      },
    ],
  },
  {
    who: 'visitor',
    states: [
      {
        name: 'the drawer of menus',
        show: async ({ page }) => {
          await page.setViewportSize({ width: 360, height: 740 });
          await goTo(page, '/');
          await page.locator('header button[aria-haspopup=dialog]').click();
          await expect(dialog(page).getByRole('searchbox')).toBeVisible();
        },
      },
    ],
  },
  {
    who: 'user before the terms',
    states: [
      { name: 'the terms', show: ({ page }) => expect(termsPopIn(page).getByRole('heading').nth(1)).toBeVisible() },
      {
        name: 'just accepted, the account menu open',
        show: async ({ page }) => {
          await termsPopIn(page).getByRole('button').last().click();
          await expect(termsPopIn(page)).toHaveCount(0);
          await accountButton(page).click();
          await page.locator('header nav a[href="/profile/sessions"]').waitFor();
        },
      },
    ],
  },
  {
    who: 'user',
    states: [
      {
        name: 'before a secret is shown',
        show: async ({ page }) => {
          await goTo(page, '/applications');
          await page.locator('section[aria-label*="OAuth"] button').last().click({ timeout: 40_000 });
          await dialog(page).waitFor();
        },
      },
      {
        name: 'a secret',
        show: async ({ page }) => {
          await dialog(page).getByRole('button').last().click();
          await page.getByTestId('shown-secret').waitFor();
        },
      },
      {
        name: 'the secret stored',
        show: async ({ page }) => {
          await dialog(page).getByRole('checkbox').check();
          await dialog(page).getByRole('button').last().click();
          await expect(dialog(page)).toHaveCount(0);
        },
      },
    ],
  },
  {
    who: 'user',
    states: [
      {
        name: 'saved',
        show: async ({ page }) => {
          await goTo(page, '/profile');
          await page.locator('#fullName').fill('Amélie Autre');
          await submit(page).click();
          await page.locator('form [role=status]').first().waitFor();
        },
      },
    ],
  },
  {
    who: 'user',
    states: [
      {
        name: 'a wrong code of an organisation',
        show: async ({ page }) => {
          await goTo(page, '/profile/organisations');
          await page.locator('#code').fill('AAAA-AAAA-AAAA-AAAA');
          await submit(page).click();
          await summary(page).waitFor();
        },
      },
      {
        name: 'joined an organisation',
        show: async ({ page, person, language }) => {
          const code = await newOrganisation(`States ${language} ${person.email}`);
          await page.locator('#code').fill(code);
          await submit(page).click();
          await expect(page.locator('main section li')).toHaveCount(2);
        },
      },
      {
        name: 'leaving an organisation',
        show: async ({ page }) => {
          await page.locator('main section li button').click();
          await dialog(page).waitFor();
        },
      },
      {
        name: 'left',
        show: async ({ page }) => {
          await dialog(page).getByRole('button').last().click();
          await expect(dialog(page)).toHaveCount(0);
        },
      },
    ],
  },
  {
    who: 'user',
    states: [
      {
        name: 'ending all other sessions',
        show: async ({ page, browser, person }) => {
          const context = await browser.newContext();
          await enter(await context.newPage(), person);
          await context.close();
          await goTo(page, '/profile/sessions');
          await expect(page.locator('main section li')).toHaveCount(2);
          await page.locator('main section > button').click();
          await dialog(page).waitFor();
        },
      },
      {
        name: 'all others ended',
        show: async ({ page }) => {
          await dialog(page).getByRole('button').last().click();
          await expect(page.locator('main section li')).toHaveCount(1);
        },
      },
    ],
  },
  {
    who: 'user',
    states: [
      {
        name: 'exported, and deleting the account with a wrong password',
        show: async ({ page }) => {
          await goTo(page, '/profile/data');
          await page.locator('main section button').first().click();
          await page.locator('main section [role=status]').waitFor();
          await page.locator('main button.danger').click();
          await dialog(page).locator('#password').fill(wrong);
          await dialog(page).locator('button[type=submit]').click();
          await summary(page).waitFor();
        },
      },
      {
        name: 'no answer from the portal',
        show: async ({ page }) => {
          await goTo(page, '/profile/data');
          const again = page.locator('main section button').first();
          await again.waitFor();
          await page.context().setOffline(true);
          await again.click();
          await page.locator('main section [role=alert]').waitFor();
        },
      },
      {
        name: 'a page that could not be fetched',
        show: async ({ page }) => {
          await page.locator('header a[href="/problems"]').first().click();
          await page.locator('main [role=alert], [role=alert]').first().waitFor();
        },
      },
    ],
  },
  {
    who: 'user',
    states: [
      {
        name: 'the session about to end',
        show: async ({ page }) => {
          await page.clock.install();
          await goTo(page, '/profile');
          await page.locator('#fullName').waitFor();
          await page.clock.fastForward('28:30'); // it ends after 30 minutes without a call
          await dialog(page).waitFor();
        },
      },
      {
        name: 'a password made by somebody else',
        show: async ({ page }) => {
          await dialog(page).getByRole('button').last().click();
          const session = (await call(page, 'GET', '/session')).body as { person: { id: string } };
          await mustChangePassword(session.person.id);
          await goTo(page, '/');
          await page.locator('#currentPassword').waitFor();
        },
      },
      {
        name: 'signed in again after the password was changed',
        show: async ({ page, person }) => {
          await page.locator('#currentPassword').fill(person.password);
          await page.locator('#newPassword').fill('Another horse 34 battery');
          await page.locator('#confirmation').fill('Another horse 34 battery');
          await submit(page).click();
          await page.locator('main [role=status]').first().waitFor();
          await expect(page).toHaveURL('/sign-in');
        },
      },
    ],
  },
];

for (const { who, states } of groups) {
  const names = states.map(({ name }) => name).join('; ');
  for (const { theme, language } of sample(names, looks)) {
    test(`axe, one language, ${theme}, ${language}: ${names}`, async ({ browser }) => {
      const context = await browser.newContext({ colorScheme: theme, locale: locales[language], reducedMotion: 'reduce' });
      const page = await context.newPage();
      const person = newPerson();
      if (who !== 'visitor') await makeAccount(page, person, { language, accept: who === 'user' });
      for (const { name, show } of states) {
        await test.step(name, async () => {
          await show({ page, browser, person, language });
          await expectAccessible(page, name);
          expect.soft(foreignWords(await page.locator('body').innerText(), language), `${name} in ${language}`).toEqual([]);
        });
      }
      await context.close();
    });
  }
}
