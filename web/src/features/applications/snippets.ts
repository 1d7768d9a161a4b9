import type { Application, Credential, ShownSecret } from './api/sandbox';

/**
 * Commands and files that work when pasted. Ids and secrets are letters, digits and dashes; addresses come from the
 * platform's configuration; both are quoted all the same.
 */

export type Shell = 'bash' | 'PowerShell';

const quoted: Record<Shell, (text: string) => string> = {
  bash: (text) => `'${text.replaceAll("'", `'\\''`)}'`,
  PowerShell: (text) => `'${text.replaceAll("'", "''")}'`,
};

/** The address of a first call: a subscribed API's sample, else the healthcheck that needs no subscription. */
export function firstCallUrl(application: Application): string {
  return application.subscriptions.find((s) => s.sample !== null)?.sample?.url ?? application.access.healthcheckUrl;
}

function tokenCall(shell: Shell, tokenUrl: string, id: string, secret: string, url: string): string {
  const q = quoted[shell];
  if (shell === 'bash') {
    return [
      `TOKEN=$(curl -sS ${q(tokenUrl)} \\`,
      `  -d grant_type=client_credentials \\`,
      `  -d ${q(`client_id=${id}`)} \\`,
      `  -d ${q(`client_secret=${secret}`)} \\`,
      `  -d scope=openid | sed -n 's/.*"access_token": *"\\([^"]*\\)".*/\\1/p')`,
      '',
      `curl -i -H "Authorization: Bearer $TOKEN" ${q(url)}`,
    ].join('\n');
  }
  return [
    `$token = (Invoke-RestMethod -Method Post -Uri ${q(tokenUrl)} -Body @{`,
    `  grant_type    = 'client_credentials'`,
    `  client_id     = ${q(id)}`,
    `  client_secret = ${q(secret)}`,
    `  scope         = 'openid'`,
    `}).access_token`,
    '',
    `Invoke-WebRequest -Uri ${q(url)} -Headers @{ Authorization = "Bearer $token" }`,
  ].join('\n');
}

function keyCall(shell: Shell, key: string, url: string): string {
  const q = quoted[shell];
  return shell === 'bash'
    ? `curl -i -H ${q(`KeyId: ${key}`)} ${q(url)}`
    : `Invoke-WebRequest -Uri ${q(url)} -Headers @{ KeyId = ${q(key)} }`;
}

/** The first call with a credential; `secret` is the secret itself or a word that stands for it. */
export function firstCall(
  shell: Shell,
  application: Application,
  credential: Pick<Credential, 'kind' | 'id'>,
  secret: string,
): string {
  const url = firstCallUrl(application);
  return credential.kind === 'oauth_client'
    ? tokenCall(shell, application.access.tokenUrl, credential.id, secret, url)
    : keyCall(shell, secret, url);
}

/** A `.env` file with what a program needs. */
export function envFile(application: Application, shown: ShownSecret): string {
  const lines =
    shown.kind === 'oauth_client'
      ? [`TOKEN_URL=${application.access.tokenUrl}`, `CLIENT_ID=${shown.id}`, `CLIENT_SECRET=${shown.secret}`]
      : [`KEY_ID=${shown.secret}`];
  return [`# ${application.name.replace(/[\r\n]/g, ' ')}`, ...lines, `API_BASE_URL=${application.access.baseUrl}`, ''].join('\n');
}
