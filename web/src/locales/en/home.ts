import type french from '../fr/home';
import type { Texts } from '../texts';

const home: Texts<typeof french> = {
  deleted: 'Your account is deleted and you are signed out. Your personal data are erased within 30 days.',
  hero: {
    title: 'Your partners’ APIs behind a single counter',
    lead: 'This portal gives you an application, its credentials and a first call that works, in a few minutes.',
    signUp: 'Create an account',
    how: 'How it works',
  },
  features: {
    title: 'What you find here',
    sandbox: {
      title: 'A sandbox ready to use',
      text: 'A test application is made for you as soon as you register. You try things out without asking anybody.',
    },
    credentials: {
      title: 'Credentials under control',
      text: 'OAuth 2.0 or an API key. A secret is shown once, and the platform keeps a fingerprint of it only.',
    },
    explained: {
      title: 'Refusals that explain themselves',
      text: 'Every refusal carries a stable code and says what is missing, with a page that tells what to do.',
    },
    quotas: {
      title: 'Quotas you can read',
      text: 'Your limits and what is left of them come with every answer. No bad surprise.',
    },
  },
  how: {
    title: 'How it works',
    lead: 'Three steps, less than five minutes.',
    account: {
      title: 'Create your account',
      text: 'Name, address, password. You confirm from your mailbox and accept the terms.',
    },
    application: {
      title: 'Open your application',
      text: 'It is already waiting. Show its secret and store it in a safe place.',
    },
    call: {
      title: 'Call an API',
      text: 'Copy the command that is offered, paste it into a terminal: here comes the answer.',
    },
  },
  secure: {
    title: 'Simple and safe',
    text: 'The platform is for developers, public and private, who build APIs into their software. Security is the same for all and asks for nothing special.',
    secrets: 'No password and no secret ever travels by mail.',
    separate: 'Sandbox and production are two separate worlds.',
    revoked: 'A credential that is disabled stops working at the next call.',
    problems: 'All response codes are public:',
    problemsLink: 'look them up.',
  },
  references: { title: 'They trust us' },
  user: {
    title: 'My home page',
    greeting: 'Hello {{name}}',
    confirmed: 'Your registration is confirmed and you are signed in.',
    accountTitle: 'My account',
    profile: 'My profile and language',
    organisations: 'My organisations',
    preferences: 'The messages that I receive',
    problems: 'Understand a response code',
  },
  waits: {
    title: 'Your first call',
    lead: 'This is where you are.',
    allDone: 'Your application works',
    allDoneLead: 'It has called the platform already. Its credentials and addresses are on its page.',
    done: '(done)',
    todo: '(to do)',
    application: { title: 'Your application is made', text: '{{name}}' },
    secret: { title: 'Show a secret', text: 'Without it the credentials open nothing. It is shown once only.' },
    call: { title: 'Make a call', text: 'A command ready to paste is waiting on the application’s page.' },
    go: {
      application: 'Open my application',
      secret: 'Show the secret',
      call: 'Make the first call',
    },
  },
};

export default home;
