import type french from '../fr/applications';
import type { Texts } from '../texts';

const applications: Texts<typeof french> = {
  title: 'My applications',
  lead: 'An application stands for your program on the platform. Its credentials let it call APIs.',
  pending: {
    title: 'Your application is being made',
    text: 'It takes a few seconds. This page updates by itself.',
  },
  channel: { sandbox: 'Sandbox' },
  state: { enabled: 'Active', disabled: 'Disabled' },
  fact: {
    organisation: 'Organisation',
    quota: 'Quota',
    noQuota: 'No limit per day',
    callsPerDay: '{{number}} calls per day',
    created: 'Created',
    tokenUrl: 'Token address',
    baseUrl: 'API address',
  },
  credentials: {
    title: 'Credentials',
    lead: 'A credential opens nothing until its secret was shown. The secret is shown once: only a fingerprint of it is kept.',
    noneTitle: 'No credentials',
    noneText: 'This application has neither an API key nor an OAuth client.',
    confidential: 'Confidential OAuth client',
    public: 'Public OAuth client',
    apiKey: 'API key',
    clientId: 'Client id',
    keyId: 'Key id',
    clientHelp:
      'Your program exchanges the client id and the secret for a token that is good for one hour, then sends it with each call.',
    keyHelp: 'Your program sends the key itself in the KeyId header. Simpler than a token, so protect it all the more.',
    ready: 'Ready',
    noSecret: 'Secret not shown yet',
    lastUsed: 'Last used',
    never: 'Never',
    shown: 'The secret was shown already. It is not kept and cannot be shown again.',
  },
  secret: {
    showClient: 'Show the secret',
    showKey: 'Show the key',
    before:
      'The secret will be made and shown now, once only. Have a place ready to keep it: a password manager or the protected configuration of your program.',
    now: 'Show it now',
    later: 'Later',
    once: 'This is the only time that this secret is shown. Store it before you close; do not send it by mail and keep it out of your code.',
    clientSecret: 'Client secret',
    apiKey: 'API key',
    download: 'Download .env',
    try: 'Try it at once in a terminal',
    stored: 'I have stored this secret in a safe place',
    close: 'Close',
  },
  firstCall: {
    title: 'First call',
    lead: 'Put your secret where the capitals are, then paste into a terminal. The answer to expect begins with 200.',
    yourSecret: 'YOUR_SECRET',
    yourKey: 'YOUR_KEY',
    after: 'A refusal always carries a code: the page “Response codes” says what is missing and how to get it.',
  },
  apis: {
    title: 'Subscribed APIs',
    noneTitle: 'No subscribed API yet',
    noneText: 'The first call above works already: it asks the platform’s own health check, which needs no subscription.',
    version: '(version {{version}})',
    address: 'Base address',
    scopes: 'Rights (scopes)',
    noScopes: 'This API asks for none',
  },
};

export default applications;
