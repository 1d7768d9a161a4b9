import { expect, test, type Page } from '@playwright/test';
import { goTo } from '../go-to';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { languages, locales, type Language } from '../pages';
import { call, makeAccount, newPerson, registerQuietly, requestReset, submit, type Person } from '../people';
import { full, sample } from '../sample';
import english from '../../src/locales/en/common';
import french from '../../src/locales/fr/common';

/**
 * Wrong and hostile input, in every field of every form. A refusal stands at the field and in the summary, which takes the
 * focus and links to the field, and nothing typed is lost, whether the page saw it (as most) or the API (marked). Each form is tried
 * with a sample of the inputs, in one language; a full run tries all.
 */

const words = { fr: french, en: english };
type Fault = keyof typeof french.fault;

/** Typed into a field, by its id; true ticks a box. */
type Typed = Record<string, string | true>;

interface Refusal {
  what: string;
  typed: Typed;
  /** The fault of each field that is at fault; none for a refusal of the form as a whole. */
  faults: Record<string, Fault>;
}

interface FormCase {
  /** The file that has the form. */
  file: string;
  who: 'visitor' | 'user';
  open: (page: Page, person: Person, language: Language) => Promise<unknown>;
  /** Fields that take nothing wrong, and why. */
  free: Record<string, string>;
  refusals: Refusal[];
}

const markup = '"><img src=x onerror=alert(1)>';
const turned = 'Amélie \u202eeilémA'; // turns the direction of what follows
const good = 'Correct horse 12 battery';
const long = 'Aa1 '.repeat(33); // 132 code points

/** What a new password must not be, in a field of that name beside its confirmation. */
function newPassword(field: string, beside: Typed): Refusal[] {
  const one = (what: string, value: string, fault: Fault): Refusal => ({
    what,
    typed: { ...beside, [field]: value, confirmation: value },
    faults: { [field]: fault },
  });
  return [
    one('B5 a short password', 'Short-1 x', 'password_too_short'),
    one('RG-07 a password of 132 code points', long, 'password_too_long'),
    one('B6 a password without a digit', 'Correct horse battery', 'password_no_digit'),
    one('B7 a password without a small letter', 'CORRECT HORSE 12', 'password_no_lowercase'),
    one('B8 a password without a capital letter', 'correct horse 12', 'password_no_uppercase'),
    one('B9 a password without a special character', 'Correcthorse12', 'password_no_special'),
    one('RG-07 a common password (API)', 'Motdepasse-2026', 'password_common'),
    {
      what: 'B10 another confirmation',
      typed: { ...beside, [field]: good, confirmation: markup },
      faults: { confirmation: 'mismatch' },
    },
  ];
}

const visitor = { fullName: 'Amélie', email: 'amelie@exemple.fr' };

const addresses: [string, Fault][] = [
  ['', 'required'],
  ['amelie', 'no_address'],
  ['a@b@exemple.fr', 'no_address'],
  [`${markup}@exemple.fr`, 'no_address'],
  ['amelie@exemple', 'no_address'],
  ['"amelie"@exemple.fr', 'malformed'], // API
  ['../x@exemple.fr', 'malformed'], // API
  ['amélie@exemple.fr', 'malformed'], // API
];

const addressAlone: Refusal[] = addresses.map(([email, fault]) => ({
  what: `RG-10 the address ${email}`,
  typed: { email },
  faults: { email: fault },
}));

const forms: FormCase[] = [
  {
    file: 'registration/SignUpPage.tsx',
    who: 'visitor',
    open: (page) => goTo(page, '/sign-up'),
    free: {
      organisationId: 'a choice from a list',
      hasCode: 'both are right',
      newsletter: 'both are right',
      surveys: 'both are right',
    },
    refusals: [
      {
        what: 'nothing at all',
        typed: { hasCode: true },
        faults: {
          fullName: 'required',
          email: 'required',
          password: 'required',
          organisationCode: 'required',
          terms: 'unchecked',
        },
      },
      { what: 'no terms', typed: { ...visitor, password: good, confirmation: good }, faults: { terms: 'unchecked' } },
      ...newPassword('password', { ...visitor, terms: true }),
      {
        what: 'three faults that only the API sees (API)',
        typed: {
          fullName: turned,
          email: '"a"@exemple.fr',
          password: 'Motdepasse-2026',
          confirmation: 'Motdepasse-2026',
          terms: true,
        },
        faults: { fullName: 'malformed', email: 'malformed', password: 'password_common' },
      },
      {
        what: 'RG-07 one’s own address in the password (API)',
        typed: {
          ...visitor,
          email: 'zebulon@exemple.fr',
          password: 'Zebulon-galet 12',
          confirmation: 'Zebulon-galet 12',
          terms: true,
        },
        faults: { password: 'password_personal' },
      },
      {
        what: 'RG-11 a code that nobody gave (API)',
        typed: { ...visitor, password: good, confirmation: good, hasCode: true, organisationCode: markup, terms: true },
        faults: { organisationCode: 'organisation_code_invalid' },
      },
    ],
  },
  {
    file: 'session/SignInPage.tsx',
    who: 'visitor',
    open: (page) => goTo(page, '/sign-in'),
    free: {},
    refusals: [
      ...addresses.map(([email, fault]) => ({
        what: `RG-10 the address ${email}`,
        typed: { email, password: markup },
        faults: { email: fault },
      })),
      { what: 'no password', typed: { email: 'amelie@exemple.fr' }, faults: { password: 'required' } },
      { what: 'RG-02 a wrong password (API)', typed: { email: newPerson().email, password: markup }, faults: {} },
    ],
  },
  {
    file: 'registration/ConfirmPage.tsx',
    who: 'visitor',
    open: async (page, person, language) => goTo(page, (await registerQuietly(page, person, { language })).link),
    free: {},
    refusals: [
      { what: 'no password', typed: {}, faults: { password: 'required' } },
      { what: 'Z43 another password (API)', typed: { password: markup }, faults: { password: 'password_wrong' } },
      { what: 'an endless password (API)', typed: { password: long.repeat(4) }, faults: { password: 'too_long' } },
    ],
  },
  {
    file: 'registration/MailForm.tsx',
    who: 'visitor',
    open: (page) => goTo(page, '/confirm'),
    free: {},
    refusals: addressAlone,
  },
  {
    file: 'registration/MailForm.tsx',
    who: 'visitor',
    open: (page) => goTo(page, '/forgotten'),
    free: {},
    refusals: addressAlone,
  },
  {
    file: 'password/ResetPage.tsx',
    who: 'visitor',
    open: async (page, person, language) => {
      await makeAccount(page, person, { language });
      await page.context().clearCookies();
      await goTo(page, '/cookies');
      return goTo(page, await requestReset(page, person));
    },
    free: {},
    refusals: newPassword('newPassword', {}),
  },
  {
    file: 'profile/DetailsPage.tsx',
    who: 'user',
    open: (page) => goTo(page, '/profile'),
    free: { language: 'a choice from a list' },
    refusals: [
      { what: 'no name', typed: { fullName: '' }, faults: { fullName: 'required' } },
      { what: 'a name of blanks', typed: { fullName: '  \u00a0 ' }, faults: { fullName: 'required' } },
      { what: 'ML-01 a name that turns the text (API)', typed: { fullName: turned }, faults: { fullName: 'malformed' } },
    ],
  },
  {
    file: 'profile/PreferencesPage.tsx',
    who: 'user',
    open: (page) => goTo(page, '/profile/preferences'),
    free: Object.fromEntries(['requests', 'quotaAlerts', 'lifecycle', 'news', 'surveys'].map((name) => [name, 'both are right'])),
    refusals: [],
  },
  {
    file: 'password/PasswordForm.tsx',
    who: 'user',
    open: (page) => goTo(page, '/profile/password'),
    free: {},
    refusals: [
      {
        what: 'nothing at all',
        typed: {},
        faults: { currentPassword: 'required', newPassword: 'required' },
      },
      {
        what: 'the current one again',
        typed: { currentPassword: good, newPassword: good, confirmation: good },
        faults: { newPassword: 'password_unchanged' },
      },
      {
        what: 'C15 a wrong current one (API)',
        typed: { currentPassword: markup, newPassword: 'Another horse 34 battery', confirmation: 'Another horse 34 battery' },
        faults: { currentPassword: 'password_wrong' },
      },
      ...newPassword('newPassword', { currentPassword: 'Correct horse 12 battery' }).filter(
        ({ what }) => !what.startsWith('B10'),
      ),
      {
        what: 'B10 another confirmation',
        typed: { currentPassword: good, newPassword: 'Another horse 34 battery', confirmation: markup },
        faults: { confirmation: 'mismatch' },
      },
    ],
  },
  {
    file: 'profile/OrganisationsPage.tsx',
    who: 'user',
    open: (page) => goTo(page, '/profile/organisations'),
    free: {},
    refusals: [
      { what: 'no code', typed: { code: '  ' }, faults: { code: 'required' } },
      { what: 'RG-11 a code that nobody gave (API)', typed: { code: markup }, faults: { code: 'organisation_code_invalid' } },
    ],
  },
  {
    file: 'profile/DeleteDialog.tsx',
    who: 'user',
    open: async (page) => {
      await goTo(page, '/profile/data');
      await page.locator('main button.danger').click();
      await page.getByRole('dialog').waitFor();
    },
    free: {},
    refusals: [
      { what: 'no password', typed: {}, faults: { password: 'required' } },
      { what: 'a wrong password (API)', typed: { password: markup }, faults: { password: 'password_wrong' } },
    ],
  },
];

/** The ids of the form's fields, the captcha's aside. */
const fieldsOf = (page: Page) =>
  page
    .locator('form[aria-label] :is(input, select, textarea):not(altcha-widget *)')
    .evaluateAll((all) => all.map((one) => one.id));

async function fill(page: Page, typed: Typed): Promise<void> {
  // Boxes first: they change which fields there are.
  const boxes = page.locator('form[aria-label] input[type=checkbox][id]:not(altcha-widget *)');
  for (const id of await boxes.evaluateAll((all) => all.map((one) => one.id)))
    await page.locator(`#${id}`).setChecked(typed[id] === true);
  const texts = page.locator('form[aria-label] input:not([type=checkbox], altcha-widget *)');
  for (const id of await texts.evaluateAll((all) => all.map((one) => one.id))) {
    const value = typed[id];
    await page.locator(`#${id}`).fill(typeof value === 'string' ? value : '');
  }
}

async function refuse(page: Page, { typed, faults }: Refusal, language: Language): Promise<void> {
  await fill(page, typed);
  await submit(page).click();
  const summary = page.getByTestId('form-summary');
  const said = Object.values(faults).map((fault) => words[language].fault[fault]);
  if (said.length === 0) await expect(summary).toBeVisible({ timeout: 30_000 });
  else await expect(summary.getByRole('link')).toContainText(said, { timeout: 30_000 });
  await expect(summary).toBeFocused();
  for (const id of await fieldsOf(page)) {
    const field = page.locator(`#${id}`);
    const fault = faults[id];
    if (fault === undefined) {
      await expect(field, id).not.toHaveAttribute('aria-invalid', 'true');
    } else {
      await expect(field, id).toHaveAttribute('aria-invalid', 'true');
      await expect(field).toHaveAccessibleDescription(new RegExp(escape(words[language].fault[fault])));
    }
    const value = typed[id];
    if (value === true) await expect(field).toBeChecked();
    else if (value !== undefined) await expect(field).toHaveValue(value);
  }
  const [first] = Object.keys(faults);
  if (first === undefined) return;
  await summary.getByRole('link').first().click();
  await expect(page.locator(`#${first}`)).toBeFocused();
}

const escape = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

for (const form of forms) {
  const at = `${form.file}${form.file.endsWith('MailForm.tsx') ? ` ${String(forms.indexOf(form))}` : ''}`;
  for (const language of sample(at, languages)) {
    const refusals = sample(`${at} ${language}`, form.refusals, 4);
    test.describe(language, () => {
      test.use({ locale: locales[language] });

      test(`fields of ${at} refuse what is wrong, and keep it`, async ({ page }) => {
        const person = newPerson();
        if (form.who === 'user') await makeAccount(page, person, { language });
        await form.open(page, person, language);
        await submit(page).waitFor();
        const known = new Set([...Object.keys(form.free), ...form.refusals.flatMap(({ faults }) => Object.keys(faults))]);
        const seen = new Set(await fieldsOf(page));
        for (const refusal of refusals) {
          await test.step(refusal.what, () => refuse(page, refusal, language));
          for (const id of await fieldsOf(page)) seen.add(id);
        }
        // A new field wants an entry above.
        expect([...seen].filter((id) => !known.has(id))).toEqual([]);
        if (full) expect([...seen].sort()).toEqual([...known].sort());
        if (form.who === 'user') expect(await call(page, 'GET', '/me')).toMatchObject({ body: { fullName: 'Amélie O’Hara' } });
      });
    });
  }
}

test('every form of the portal is tried', () => {
  const folder = join(import.meta.dirname, '../../src/features');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.tsx') && readFileSync(join(folder, file), 'utf8').includes('<Form form='),
  );
  expect(files.sort()).toEqual([...new Set(forms.map((form) => form.file))].sort());
});
