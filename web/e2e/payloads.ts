import type { Page } from '@playwright/test';

/**
 * Texts that would run a script, or load something, wherever one of them is put into a page unescaped (PS-07): markup,
 * attributes, addresses, templates, entities, broken markup that browsers mend. Each fits into a name.
 */
export const payloads = [
  '<script>alert(1)</script>',
  '<ScRiPt>alert(1)</sCrIpT>',
  '<script src=//x.example/a.js></script>',
  '<script>alert(1)//',
  '<script/x>alert(1)</script/y>',
  '</title><script>alert(1)</script>',
  '</textarea><script>alert(1)</script>',
  '</style><script>alert(1)</script>',
  '</script><script>alert(1)</script>',
  '<<script>alert(1)//<</script>',
  '<scr<script>ipt>alert(1)</scr</script>ipt>',
  '<img src=x onerror=alert(1)>',
  '<img src=x onerror="alert(1)">',
  "<img src=x onerror='alert(1)'>",
  '<img src=x onerror=alert`1`>',
  '<img/src=x/onerror=alert(1)>',
  '<IMG SRC=x OnErRoR=alert(1)>',
  '<img src="x`" onerror=alert(1)>',
  '<img src=//x.example/a.png>',
  '"><img src=x onerror=alert(1)>',
  "'><img src=x onerror=alert(1)>",
  '`><img src=x onerror=alert(1)>',
  '--><img src=x onerror=alert(1)>',
  ']]><img src=x onerror=alert(1)>',
  '<svg onload=alert(1)>',
  '<svg/onload=alert(1)>',
  '<svg><script>alert(1)</script></svg>',
  '<svg><animate onbegin=alert(1) attributeName=x>',
  '<svg><a href=javascript:alert(1)><text>x</text></a>',
  '<math><mi href=javascript:alert(1)>x</mi></math>',
  '<body onload=alert(1)>',
  '<iframe src=javascript:alert(1)>',
  '<iframe srcdoc="<script>parent.alert(1)</script>">',
  '<object data=javascript:alert(1)>',
  '<embed src=javascript:alert(1)>',
  '<link rel=stylesheet href=//x.example/a.css>',
  '<base href=//x.example/>',
  '<meta http-equiv=refresh content="0;url=//x.example">',
  '<form action=//x.example><button>x</button></form>',
  '<input autofocus onfocus=alert(1)>',
  '<select autofocus onfocus=alert(1)>',
  '<textarea autofocus onfocus=alert(1)>',
  '<video src=x onerror=alert(1)>',
  '<audio src=x onerror=alert(1)>',
  '<details open ontoggle=alert(1)>',
  '<marquee onstart=alert(1)>',
  '<a href=javascript:alert(1)>x</a>',
  '<a href="java&#115;cript:alert(1)">x</a>',
  '<a href=data:text/html,<script>alert(1)</script>>x</a>',
  '<style>@import "//x.example/a.css";</style>',
  '<div style="background:url(//x.example/a.png)">',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '" onmouseover="alert(1)" x="',
  "' onfocus='alert(1)' autofocus='",
  '" autofocus onfocus=alert(1) x="',
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  "';alert(1);//",
  '${alert(1)}',
  '{{constructor.constructor("alert(1)")()}}',
  '{{html "<script>alert(1)</script>"}}',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '&#60;img src=x onerror=alert(1)&#62;',
  '＜script＞alert(1)＜/script＞',
  '[x](javascript:alert(1))',
];

/** As many of them in one value as fit. */
export function packed(most: number): string[] {
  const values: string[] = [];
  for (const payload of payloads) {
    const last = values.at(-1);
    if (last !== undefined && last.length + 1 + payload.length <= most) values[values.length - 1] = `${last} ${payload}`;
    else values.push(payload);
  }
  return values;
}

/** What hostile text did in a page from now on: scripts that ran, and reports of the policy that kept one from running. */
export async function watch(page: Page): Promise<string[]> {
  const seen: string[] = [];
  page.on('dialog', (dialog) => {
    if (dialog.type() !== 'beforeunload') seen.push(`${dialog.type()} ${dialog.message()}`); // a form asks before it is left
    void dialog.accept();
  });
  page.on('request', (request) => {
    if (new URL(request.url()).hostname === 'x.example') seen.push(`request ${request.url()}`);
  });
  await page.exposeFunction('sawHostileText', (what: string) => void seen.push(what));
  await page.addInitScript(() => {
    const report = (what: string) =>
      void (window as unknown as { sawHostileText: (what: string) => unknown }).sawHostileText(what);
    addEventListener('securitypolicyviolation', (event) => report(`policy ${event.violatedDirective} ${event.blockedURI}`));
    window.alert = () => report('script');
  });
  return seen;
}
