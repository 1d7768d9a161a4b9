import type french from '../fr/applications';
import type { Texts } from '../texts';

const applications: Texts<typeof french> = {
  lead: 'An application represents your program on the platform. Its credentials allow it to call APIs.',
  pending: {
    title: 'Your application is being prepared',
    text: 'This takes a few seconds. The page updates by itself.',
  },
  channel: { sandbox: 'Sandbox' },
  state: { enabled: 'Active', disabled: 'Disabled' },
  fact: {
    organisation: 'Organisation',
    quota: 'Quota',
    noQuota: 'No daily limit',
    callsPerDay: '{{number}} calls per day',
    created: 'Created',
    tokenUrl: 'Token address',
    baseUrl: 'API address',
  },
  credentials: {
    title: 'Credentials',
    lead: 'A credential gives no access until its secret has been shown. The secret is shown only once: we keep nothing but its fingerprint.',
    noneTitle: 'No credentials',
    noneText: 'This application has neither an API key nor an OAuth client.',
    confidential: 'Confidential OAuth client',
    public: 'Public OAuth client',
    apiKey: 'API key',
    clientId: 'Client ID',
    keyId: 'Key ID',
    clientHelp:
      'Your program exchanges the client ID and the secret for a token, valid for one hour, then sends the token with each call.',
    keyHelp: 'Your program sends the key itself in the KeyId header. Simpler than a token, so protect it all the more.',
    ready: 'Ready',
    noSecret: 'Secret not shown yet',
    lastUsed: 'Last used',
    never: 'Never',
    shown: 'The secret has already been shown. It is not stored and cannot be shown again.',
  },
  secret: {
    showClient: 'Show the secret',
    showKey: 'Show the key',
    before:
      'The secret will be created and shown now, once only. Have somewhere ready to store it: a password manager or your program’s protected configuration.',
    now: 'Show it now',
    later: 'Later',
    once: 'This is the only time this secret is shown. Store it before you close this window. Do not email it, and keep it out of your code.',
    clientSecret: 'Client secret',
    apiKey: 'API key',
    download: 'Download .env',
    try: 'Try it now in a terminal',
    stored: 'I have stored this secret in a safe place',
    close: 'Close',
  },
  firstCall: {
    title: 'First call',
    lead: 'Replace the words in capitals with your secret, then paste the command into a terminal. Expect an answer with status 200.',
    codes: 'see the error codes',
    yourSecret: 'YOUR_SECRET',
    yourKey: 'YOUR_KEY',
    after: 'A refusal always carries a code, which says what is missing and how to get it:',
  },
  apis: {
    title: 'Subscribed APIs',
    noneTitle: 'No subscribed API yet',
    noneText: 'The first call above already works: it calls the platform’s own health check, which needs no subscription.',
    version: '(version {{version}})',
    address: 'Base address',
    scopes: 'Scopes (rights)',
    noScopes: 'This API requires none',
  },
};

export default applications;
