import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const repository = join(import.meta.dirname, '../..');
const store = process.env['DYNAMODB_URL'] ?? 'http://localhost:8084';

/** STS stands outside the local cloud: it tells the operator who calls. */
function standInForSTS(): Promise<{ url: string; close: () => void }> {
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/xml');
    response.end(
      '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
        '<Arn>arn:aws:iam::000000000000:user/e2e</Arn><UserId>e2e</UserId><Account>000000000000</Account>' +
        '</GetCallerIdentityResult></GetCallerIdentityResponse>',
    );
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      resolve({ url: `http://127.0.0.1:${port}`, close: () => server.close() });
    });
  });
}

/** Runs a command of infra/operate against the local cloud's store, as an operator would, and returns what it prints. */
export async function operate(...command: string[]): Promise<string> {
  const sts = await standInForSTS();
  try {
    const { stdout } = await promisify(execFile)(
      'go',
      ['run', './infra/operate', '-config', 'infra/guichet.example.yaml', ...command],
      {
        cwd: repository,
        env: {
          ...process.env,
          AWS_ACCESS_KEY_ID: 'local',
          AWS_SECRET_ACCESS_KEY: 'local',
          AWS_ENDPOINT_URL_DYNAMODB: store,
          AWS_ENDPOINT_URL_STS: sts.url,
        },
      },
    );
    return stdout;
  } finally {
    sts.close();
  }
}

/** A new organisation with that name, and the code for its invitations. */
export async function newOrganisation(name: string): Promise<string> {
  const printed = await operate('organisation', '-code', name);
  const code = /^code\s+(\S+)$/m.exec(printed)?.[1];
  if (code === undefined) throw new Error(`operate organisation printed no code: ${printed}`);
  return code;
}

interface Terms {
  version: string;
  fr: string;
  en: string;
}

/** Publishes terms of the portal: everybody is asked again. */
export async function publishTerms({ version, fr, en }: Terms): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'terms-'));
  try {
    const files = { fr: join(folder, 'fr.md'), en: join(folder, 'en.md') };
    await Promise.all([writeFile(files.fr, fr), writeFile(files.en, en)]);
    await operate('terms', '-version', version, '-fr', files.fr, '-en', files.en);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The terms that the local cloud starts with. */
export async function demoTerms(): Promise<Terms> {
  const text = (language: string) => readFile(join(repository, `localtest/demo/terms.${language}.md`), 'utf8');
  return { version: '2026-11', fr: await text('fr'), en: await text('en') };
}
