import { expect, test } from '@playwright/test';
import { goTo } from '../go-to';
import { mailsTo } from '../inbox';
import { newOrganisation } from '../operator';
import { visits } from '../pages';
import { packed, payloads, watch } from '../payloads';
import { sample } from '../sample';
import { accountButton, call, makeAccount, newPerson, submit, type Person } from '../people';

/** PS-07: whatever people store is text, wherever it is shown later. */

test('PS-07 the watch sees scripts that run, and the policy’s reports of those that it stops', async ({ page }) => {
  const seen = await watch(page);
  await goTo(page, '/cookies');
  for (const html of payloads) {
    await page.evaluate((text) => {
      document.body.insertAdjacentHTML('beforeend', text);
    }, html);
  }
  await expect.poll(() => seen.filter((what) => what.startsWith('policy')).length).toBeGreaterThan(20);
  seen.length = 0;
  await page.goto('about:blank'); // as a mail is shown: without a policy
  await page.setContent(`<body>${payloads.filter((html) => html.includes('onerror')).join('')}</body>`);
  await expect.poll(() => seen.filter((what) => what === 'script').length).toBeGreaterThan(5);
});

test('PS-07 a payload as a name is shown as it was typed: greeting, profile, account menu', async ({ page }) => {
  const seen = await watch(page);
  await makeAccount(page, newPerson());
  await goTo(page, '/profile');
  for (const name of sample('names', packed(100), 4)) {
    await page.locator('#fullName').fill(name);
    await submit(page).click();
    await expect(accountButton(page)).toContainText(name);
    await page.locator('header a[href="/"]').first().click();
    await expect(page.locator('main h1')).toContainText(name);
    await accountButton(page).click();
    await page.locator('header nav a[href="/profile"]').click();
    await expect(page.locator('#fullName')).toHaveValue(name);
  }
  expect(seen).toEqual([]);
});

// Letters of an address as RFC 5322 allows them, as hostile as they can be (RG-16).
const people: { name: string; local: string; organisation: string }[] = [
  {
    name: '"><img src=x onerror=alert(1)> <svg/onload=alert(1)> </title><script>alert(1)</script>',
    local: "'{{7*7}}${x}`&lt/onload=alert`1`",
    organisation: '"><img src=x onerror=alert(1)>',
  },
  {
    name: "' onfocus='alert(1)' autofocus=' </style><script>alert(1)</script>",
    local: '#*/!=|a%3Cimg/src=x/onerror=alert%3E+b',
    organisation: "</option></select><svg onload=alert(1)> '`{{7*7}}",
  },
];

for (const { name, local, organisation } of sample('hostile people', people)) {
  test(`PS-07 RG-16 ${local}@ with a hostile name and organisation runs nothing, on no page and in no mail`, async ({
    page,
    browser,
    request,
  }) => {
    const code = await newOrganisation(`${organisation} ${crypto.randomUUID().slice(0, 8)}`);
    const seen = await watch(page);
    const person: Person = newPerson(local);
    await makeAccount(page, person, { fullName: name });
    expect(await call(page, 'POST', '/me/memberships', { code })).toMatchObject({ status: 201 });
    await goTo(page, '/applications');
    await expect(page.locator('main')).toContainText(`APP_SANDBOX_${person.email}`, { timeout: 30_000 });
    const pages = visits.filter((visit) => visit.who === 'user');
    for (const { path } of pages) {
      await goTo(page, path);
      await page.locator('main h1').waitFor();
      await expect(page.locator('[data-waiting]')).toHaveCount(0);
    }
    await goTo(page, '/profile');
    await expect(page.locator('main')).toContainText(person.email);
    await goTo(page, '/profile/organisations');
    await expect(page.locator('main')).toContainText(organisation);
    await page.locator('main section li button').click();
    await expect(page.getByRole('dialog')).toContainText(`APP_PRODUCTION_${person.email}_${organisation}`);
    expect(seen).toEqual([]);

    // The mails, as a reader without any policy shows them: confirmation, welcome, enrolment.
    await expect.poll(async () => (await mailsTo(request, person.email)).length, { timeout: 30_000 }).toBeGreaterThanOrEqual(2);
    const reader = await (await browser.newContext()).newPage();
    const read = await watch(reader);
    for (const mail of await mailsTo(request, person.email)) {
      expect(mail.destination.to).toEqual([expect.stringContaining(person.email)]);
      await reader.setContent(mail.body.html ?? '');
      expect(await reader.locator('script, img, svg, iframe, [onload], [onerror], [onfocus]').count()).toBe(0);
    }
    expect(read).toEqual([]);
    await reader.context().close();
  });
}

test('PS-07 a hostile browser’s name in the list of sessions runs nothing', async ({ browser }) => {
  const context = await browser.newContext({ userAgent: '<img src=x onerror=alert(1)> Firefox/<script>alert(1)</script>' });
  const page = await context.newPage();
  const seen = await watch(page);
  await makeAccount(page, newPerson());
  await goTo(page, '/profile/sessions');
  await expect(page.locator('main section li')).toHaveCount(1);
  expect(seen).toEqual([]);
  await context.close();
});

test('PS-07 hostile text in addresses, the search and every field of the registration runs nothing', async ({ page }) => {
  const seen = await watch(page);
  await goTo(page, '/');
  for (const text of sample('searches', packed(100), 4)) {
    await page.locator('#header-search').fill(text);
    await page.locator('#header-search').press('Enter');
    await expect(page.locator('main h1')).toContainText(text);
  }
  const payload = `"><img src=x onerror=alert(1)>`;
  const address = encodeURIComponent(payload);
  for (const path of [
    `/problems/${address}`,
    `/confirm/${address}`,
    `/reset/${address}`,
    `/${address}`,
    '/sign-in?return=javascript:alert(1)',
    '/sign-in?return=//x.example/',
    `/#${payload}`,
  ]) {
    await goTo(page, path);
    await page.locator('main h1').waitFor();
  }
  await goTo(page, '/sign-up');
  await page.locator('#fullName').fill(payload);
  await page.locator('#email').fill(`${payload}@x.fr`);
  await page.locator('#password').fill(`Aa1 ${payload}`);
  await page.locator('#confirmation').fill(`Aa1 ${payload}`);
  await page.locator('#hasCode').check();
  await page.locator('#organisationCode').fill(payload);
  await page.locator('#terms').check();
  await submit(page).click();
  await expect(page.getByTestId('form-summary')).toBeVisible();
  expect(seen).toEqual([]);
});
