import { expect, test } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import type { Schemas } from '../../src/api/client';
import { envFile, firstCall, firstCallUrl } from '../../src/features/applications/snippets';

const application: Schemas['ReadySandboxApplication'] = {
  state: 'ready',
  id: '01JD9Z0V5M3K8Q2T7W4X6Y1ABC',
  name: 'APP_SANDBOX_a@b.fr\nINJECTED=1',
  enabled: true,
  organisation: { id: '01JD9Z0V5M3K8Q2T7W4X6Y1ABD', name: 'Universelle' },
  createdAt: '2026-01-01T00:00:00Z',
  quotaPerDay: 1_000_000,
  access: {
    tokenUrl: 'https://sandbox.example/api/oauth/token',
    baseUrl: 'https://sandbox.example',
    healthcheckUrl: 'https://sandbox.example/piste/healthcheck',
  },
  credentials: [],
  subscriptions: [],
};
const shown: Schemas['ShownSecret'] = {
  kind: 'oauth_client',
  id: '448588cd-b05d-4045-bd7b-80d18fce52d7',
  secret: "9b2f'$(touch x)",
};

test('H1 without a subscription the first call is the healthcheck', () => {
  expect(firstCallUrl(application)).toBe('https://sandbox.example/piste/healthcheck');
});

test('ui §4 the .env file has one line per value, whatever the application is called', () => {
  const lines = envFile(application, { ...shown, secret: 'abc' }).split('\n');
  expect(lines).toEqual([
    '# APP_SANDBOX_a@b.fr INJECTED=1',
    'TOKEN_URL=https://sandbox.example/api/oauth/token',
    'CLIENT_ID=448588cd-b05d-4045-bd7b-80d18fce52d7',
    'CLIENT_SECRET=abc',
    'API_BASE_URL=https://sandbox.example',
    '',
  ]);
});

test('ui §4 the bash command runs, quotes what it is given and reads the token', () => {
  const command = firstCall('bash', application, shown, shown.secret);
  // curl is replaced by a function that shows its arguments, then answers as the token endpoint does.
  const stand = `curl() { printf '%s\\n' "$@" >&2; echo '{"access_token":"T0KEN","token_type":"Bearer"}'; }\n`;
  const output = execFileSync('bash', ['-c', `${stand}{ ${command}\n} 2>&1`], { encoding: 'utf8' });
  expect(output).toContain("client_secret=9b2f'$(touch x)\n");
  expect(output).toContain('Authorization: Bearer T0KEN\n');
});

test('ui §4 PowerShell quotes double the apostrophe', () => {
  expect(firstCall('PowerShell', application, shown, "a'b")).toContain("client_secret = 'a''b'");
});
