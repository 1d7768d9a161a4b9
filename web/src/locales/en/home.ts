import type french from '../fr/home';
import type { Texts } from '../texts';

const home: Texts<typeof french> = {
  deleted: 'Your account has been deleted and you are signed out. Your personal data will be erased within 30 days.',
  hero: {
    title: 'APIs, ready for your software',
    lead: 'An API lets your software talk to somebody else’s. This portal gives you a test application, its credentials and a first successful call in under five minutes.',
    signUp: 'Create an account',
    how: 'How it works',
  },
  features: {
    title: 'What you will find here',
    sandbox: {
      title: 'A ready-to-use sandbox',
      text: 'A test application is created for you as soon as you register. Try things out without asking anyone.',
    },
    credentials: {
      title: 'Credentials under control',
      text: 'OAuth 2.0 or an API key, as you prefer. Each secret is shown only once, and the platform keeps nothing but its fingerprint.',
    },
    explained: {
      title: 'Refusals, explained',
      text: 'Every refusal carries a stable code and says what is missing, with a page that explains what to do.',
    },
    quotas: {
      title: 'Quotas you can see',
      text: 'How many calls you may make, and how many are left, comes with every answer. No surprises.',
    },
  },
  how: {
    title: 'How it works',
    lead: 'Three steps, under five minutes.',
    account: {
      title: 'Create your account',
      text: 'Name, email address, password. Confirm from your inbox and accept the terms.',
    },
    application: {
      title: 'Open your application',
      text: 'It is already waiting. Show its secret and store it in a safe place.',
    },
    call: {
      title: 'Call an API',
      text: 'Copy the command provided and paste it into a terminal: the answer arrives.',
    },
  },
  secure: {
    title: 'Simple and secure',
    text: 'The platform is for developers in the public and private sectors who build APIs into their software. The same security rules apply to everyone.',
    secrets: 'No password or secret is ever sent by email.',
    separate: 'Sandbox and production are two separate worlds.',
    revoked: 'A disabled credential stops working from the very next call.',
    problems: 'Every refusal is documented:',
    problemsLink: 'see the error codes',
  },
  references: { title: 'They trust us' },
  user: {
    title: 'My home page',
    greeting: 'Hello {{name}}',
    confirmed: 'Your registration is confirmed and you are signed in.',
    accountTitle: 'My account',
    profile: 'My profile and language',
    organisations: 'My organisations',
    preferences: 'The messages I receive',
    problems: 'Understand a response code',
  },
  waits: {
    title: 'Your first call',
    lead: 'This is where you are.',
    allDone: 'Your application works',
    allDoneLead: 'It has already called the platform. You will find its credentials and addresses on its page.',
    done: '(done)',
    todo: '(to do)',
    application: { title: 'Your application is ready' },
    secret: { title: 'Show a secret', text: 'Without it, the credentials give no access. It is shown only once.' },
    call: { title: 'Make a call', text: 'A ready-to-paste command is waiting on the application’s page.' },
    go: {
      application: 'Open my application',
      secret: 'Show the secret',
      call: 'Make the first call',
    },
  },
};

export default home;
