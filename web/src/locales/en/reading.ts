import type french from '../fr/reading';
import type { Texts } from '../texts';

const reading: Texts<typeof french> = {
  notFound: {
    title: 'This page does not exist',
    lead: 'The address may have been copied incorrectly, or the page may have moved.',
    home: 'Go to the home page',
    sitemap: 'See the site map',
  },
  sitemap: {
    lead: 'Every page you can open.',
    start: 'Getting started',
    account: 'Account',
    help: 'Help',
    commitments: 'Commitments',
  },
  search: {
    titleFor: 'Search: {{question}}',
    ask: 'Enter one or more words in the search box at the top of the page.',
    count_zero: 'No results',
    count_one: '{{count}} result',
    count_many: '{{count}} results',
    count_other: '{{count}} results',
    noneTitle: 'Nothing matches',
    noneText: 'Try a single word, or browse the site map.',
    sitemap: 'See the site map',
    code: 'Response code {{status}}, {{code}}',
    about: {
      home: 'What the portal is, how it works, first steps',
      applications: 'Sandbox application, client id, secret, API key, first call, curl',
      problems: 'Refusals and errors: code, HTTP status, what to do',
      search: 'Search pages and error codes',
      sitemap: 'Every page of the portal',
      legal: 'Publisher, host, publication director',
      accessibility: 'Accessibility statement, report a problem',
      conditions: 'ToS, terms and conditions, personal data, GDPR',
      cookies: 'Technical cookie, trackers',
      signUp: 'Sign up, register, new account',
      signIn: 'Log in, login name, password',
      forgotten: 'Reset the password',
      confirm: 'Registration link expired, message not received',
      profile: 'Name, address, language',
      preferences: 'Subscriptions, newsletter, surveys, alerts',
      password: 'Change the password',
      sessions: 'Connected devices, end a session',
      organisations: 'Organisation code, join, leave',
      data: 'Export my data, delete my account',
    },
  },
  conditions: {
    version: 'Version {{version}}, published on {{day}}',
  },
  legal: {
    text: `## Publisher

{{product}} is published by {{publisher}}.

Address: {{publisherAddress}}.

Publication director: {{director}}.

## Hosting

The portal is hosted by {{host}}.

Address: {{hostAddress}}.

## Personal data

The data controller is {{controller}}, {{controllerAddress}}.

**Data and purposes.** The information you give when you register (name, email address, organisation) and the data your use produces (sessions, applications, calls) are used to make the portal’s APIs available, to keep the portal secure and to inform you. They are neither sold nor passed on.

**Legal basis.** The processing is necessary for the controller’s task in the public interest (article 6(1)(e) GDPR). News about the portal and satisfaction surveys are sent only with your consent, which you can withdraw at any time.

**Recipients.** Only the people in charge of the portal have access to them and, for what concerns their own organisation, its administrators.

**Retention.**

- Your account is kept for as long as you use it. Once deleted, it is erased within 30 days.
- An account whose address is not confirmed is erased after 7 days.
- The record of administrative acts is kept in a form that no longer names you.

**Your rights.** You can view, correct, export and delete your data from [your profile](/profile/data), withdraw a consent in [your preferences](/profile/preferences), or write to the data protection officer: {{protection}}. You can also lodge a complaint with the supervisory authority, in France the [CNIL](https://www.cnil.fr/en).

## Intellectual property

The portal’s texts and drawings belong to its publisher unless stated otherwise. Each API is published by its provider, under the terms the provider states.

## Links

Links to other sites are given for your information. Their content is the responsibility of their publishers.

## Contact

A question about the portal: {{support}}.`,
  },
  cookies: {
    text: `## A single cookie

{{product}} uses only one cookie, a technical one. It keeps your session open while you are signed in: without it, you would have to enter your password on every page.

- **Name:** \`__Host-session\`
- **Set by:** this portal, the only place it is sent to.
- **Purpose:** to recognise your session after you sign in.
- **Content:** a random number that programs in the page cannot read.
- **Lifetime:** it is set when you sign in and removed when you sign out. It expires after 30 minutes without activity and, in any case, after 8 hours.

## Your choice

A strictly necessary cookie needs no consent. You can delete or block it in your browser’s settings: you will then no longer be able to sign in, but the public pages will stay readable.

## No trackers

There is no audience measurement, no advertising and no content from other sites. No page sends a request to a third party. The security check is a calculation done by your browser, without any outside service.

## What your browser remembers

Four choices stay in your browser and never leave it: the language, the light or dark theme, the language of the code samples, and the fact that you have read the notice on cookies. Clear the site’s data in your browser to forget them.

## Data controller

{{controller}}, {{controllerAddress}}. Data protection officer: {{protection}}.`,
  },
  accessibility: {
    commitment:
      '{{publisher}} is committed to making its online services accessible to everyone, in accordance with article 47 of French law no. 2005-102 of 11 February 2005. This statement applies to {{product}}, version {{version}}.',
    conformance: {
      full: `## Compliance status

{{product}} is **fully compliant** with the French accessibility standard (RGAA 4) and with WCAG 2.2, level AA.`,
      partial: `## Compliance status

{{product}} is **partially compliant** with the French accessibility standard (RGAA 4) and with WCAG 2.2, level AA.`,
      not_assessed: `## Compliance status

{{product}} is declared **non-compliant** with the French accessibility standard (RGAA 4), because no independent audit has yet measured it against the criteria. The portal is nevertheless built to meet them, along with WCAG 2.2, level AA.`,
    },
    audited: 'Last audit: {{day}}.',
    notAudited: 'The portal is checked automatically with every version, page by page, in both languages and both themes.',
    inaccessible: {
      full: `## Non-accessible content

The audit found no non-accessible content.`,
      partial: `## Non-accessible content

The audit report lists the criteria that are not yet met and the content concerned. Ask {{accessibility}} for it: it will be sent to you in an accessible form.`,
      not_assessed: `## Non-accessible content

Our own checks have found no non-accessible content to date. Only an audit can establish this: if you come across any, please report it.`,
    },
    text: `Documents and sites of API providers, to which the portal links, are not covered by this statement.

## What we do

- Everything works with the keyboard, in a logical order, and the focus is always visible.
- Pages can be read with a screen reader: headings, regions, names of controls, announcement of results.
- Text has a contrast of at least 4.5 to 1, in the light theme and in the dark one. No information relies on colour alone.
- Pages stay readable when enlarged to 200% and on a 320-pixel screen.
- The security check requires neither sight, nor hearing, nor pointing.
- You are warned when your session is about to end, and you can extend it.

## How this statement was prepared

- **Technologies:** HTML, CSS, SVG, JavaScript and ARIA.
- **Testing:** Chromium browser, with the keyboard alone, enlarged to 200% and on screens from 320 to 1440 pixels wide.
- **Tool:** axe-core, with the rules of WCAG 2.0 to 2.2, levels A and AA.
- **Pages checked:** every page of the portal, as listed in the [site map](/sitemap).

## Report a problem

If you cannot access some content or a service, write to us: {{accessibility}}. We will direct you to an accessible alternative or give you the information in another form.

## Remedies

If you have reported a problem that prevents you from accessing some content or a service, and have not received a satisfactory answer, you can:

- write to the [French Defender of Rights](https://formulaire.defenseurdesdroits.fr/) (Défenseur des droits) using the online form;
- contact the [delegate of the Defender of Rights](https://www.defenseurdesdroits.fr/carte-des-delegues) for your region;
- send a letter, free of charge and without a stamp, to: Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07, France.`,
  },
};

export default reading;
