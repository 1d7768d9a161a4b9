import { expect, type APIRequestContext } from '@playwright/test';

const inbox = process.env['INBOX_URL'] ?? 'http://localhost:8083';

interface Mail {
  messageId: string;
  subject: string;
  destination: { to: string[] };
  body: { html?: string; text?: string };
}

/** The mails to an address, so far. */
export async function mailsTo(request: APIRequestContext, address: string): Promise<Mail[]> {
  const store = (await (await request.get(`${inbox}/store`)).json()) as { emails: Mail[] };
  return store.emails.filter((mail) => mail.destination.to.some((to) => to.includes(address)));
}

/** The path of the link that the n-th mail to an address holds; waits for the mail. */
export async function linkInMail(request: APIRequestContext, address: string, page: 'confirm' | 'reset', n = 1): Promise<string> {
  let found: string[] = [];
  await expect
    .poll(
      async () => {
        const mails = await mailsTo(request, address);
        found = mails.flatMap(
          (mail) => new RegExp(`https?://[^\\s"<>]+(/${page}/[A-Za-z0-9_-]+)`).exec(mail.body.text ?? '')?.[1] ?? [],
        );
        return found.length;
      },
      { message: `mail ${n} to ${address} with a link to /${page}/`, timeout: 30_000 },
    )
    .toBeGreaterThanOrEqual(n);
  const link = found[n - 1];
  if (link === undefined) throw new Error('unreachable: the poll has just found it');
  return link;
}

/** Everything that was mailed to an address, as text. */
export async function mailed(request: APIRequestContext, address: string): Promise<string> {
  return (await mailsTo(request, address))
    .map((mail) => `${mail.subject}\n${mail.body.text ?? ''}\n${mail.body.html ?? ''}`)
    .join('\n');
}
