import type french from '../fr/reading';
import type { Texts } from '../texts';

const reading: Texts<typeof french> = {
  notFound: {
    title: 'This page does not exist',
    lead: 'The address may have been copied wrongly, or the page was moved.',
    home: 'Go to the home page',
    sitemap: 'See the site map',
  },
  sitemap: {
    title: 'Site map',
    lead: 'Every page that you can open.',
    start: 'To begin with',
    account: 'Account',
    help: 'Help',
    commitments: 'Commitments',
  },
  search: {
    title: 'Search',
    titleFor: 'Search: {{question}}',
    ask: 'Type one or more words into the search box at the top.',
    count_zero: 'No result',
    count_one: '{{count}} result',
    count_many: '{{count}} results',
    count_other: '{{count}} results',
    noneTitle: 'Nothing matches',
    noneText: 'Try a single word, or look through the site map.',
    sitemap: 'See the site map',
    about: {
      home: 'What the portal is, how it works, first steps',
      applications: 'Sandbox application, client id, secret, API key, first call, curl',
      problems: 'Refusals and errors: code, HTTP status, what to do',
      search: 'Search pages and response codes',
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
    title: 'Terms of use',
    version: 'Version {{version}}, published on {{day}}',
  },
  legal: {
    title: 'Legal notices',
    text: `## Publisher

{{product}} is published by {{publisher}}, {{publisherAddress}}.

Publication director: {{director}}.

## Hosting

The portal is hosted by {{host}}, {{hostAddress}}.

## Personal data

The data controller is {{controller}}, {{controllerAddress}}.

What you give when you register (name, email address, organisation) and what your use produces (sessions, applications, calls) serves to make the portal’s APIs available, to keep it secure and to inform you. It is neither sold nor passed on.

- Your account is kept as long as you use it. Once deleted, it is erased within 30 days.
- An account whose address is not confirmed is erased after 7 days.
- The trail of administrative acts is kept in a form that no longer names you.

You can see, correct, export and delete your data in [your profile](/profile/data), withdraw a consent in [your preferences](/profile/preferences), or write to the data protection officer: {{protection}}. You can also complain to the supervisory authority, in France the CNIL.

## Intellectual property

The portal’s texts and drawings belong to its publisher unless stated otherwise. Each API is published by its provider, under the terms that it states.

## Links

Links to other sites are given for your information. Their content is the responsibility of their publishers.

## Contact

A question about the portal: {{support}}.`,
  },
  cookies: {
    title: 'Managing cookies',
    text: `## A single cookie

{{product}} uses one cookie only, a technical one named \`__Host-session\`. It keeps your session open while you are signed in. Without it you would type your password on every page.

- It is set when you sign in and removed when you sign out.
- It expires after 30 minutes without activity, and after 8 hours in any case.
- It holds nothing but a random number, which the page’s programs cannot read, and is sent to this portal only.

A strictly necessary cookie needs no consent. You can block it in your browser: you can then no longer sign in, but the public pages stay readable.

## No tracker

There is no audience measurement, no advertising, no content of another site. No page sends a request to a third party. The robot check is a calculation that your browser does, without an outside service.

## What your browser remembers

Three choices stay in your browser and never leave it: the language, the light or dark theme with the language of the examples, and that you have read the notice on cookies. Clear the site’s data in your browser to forget them.

## Data controller

{{controller}}, {{controllerAddress}}. Data protection officer: {{protection}}.`,
  },
  accessibility: {
    title: 'Accessibility',
    conformance: {
      full: `## State of conformity

{{product}} **fully conforms** to the French accessibility reference (RGAA 4) and to WCAG 2.2, level AA.`,
      partial: `## State of conformity

{{product}} **partly conforms** to the French accessibility reference (RGAA 4) and to WCAG 2.2, level AA.`,
      not_assessed: `## State of conformity

Whether {{product}} conforms to the French accessibility reference (RGAA 4) and to WCAG 2.2, level AA, has **not yet been established** by an independent audit.`,
    },
    audited: 'Last audit: {{day}}.',
    notAudited:
      'The portal is built to these rules and checked by machine with each version, page by page, in both languages and both themes.',
    text: `## What we do

- Everything works with the keyboard, in a logical order, and what has the focus is always visible.
- Pages can be read with a screen reader: headings, regions, names of controls, announcement of results.
- Text has a contrast of at least 4.5 to 1, in the light theme and in the dark one. Nothing is said by colour alone.
- Pages stay readable at 200 % and on a screen of 320 pixels.
- The robot check asks neither for sight nor hearing nor pointing.
- A session that is about to end warns you and can be prolonged.

## Report a problem

If you cannot get at some content or service, write to us: {{accessibility}}. We will answer and give you the information in another form.

## Remedies

If you have reported a problem that keeps you from some content or service and got no satisfactory answer, you can turn to the French Defender of Rights (Défenseur des droits), by its online form, through one of its delegates or by letter.

## Techniques used

HTML, CSS, SVG, JavaScript and ARIA. Tests are made with recent browsers, by keyboard, with magnification and with automatic analysers.`,
  },
};

export default reading;
