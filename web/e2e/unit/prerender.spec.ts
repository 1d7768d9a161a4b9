import { expect, test } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accentScale } from '../../src/lib/accent';
import { pages } from '../../src/pages';

const web = join(import.meta.dirname, '../..');
const prerendered = pages.filter((page) => page.prerendered === true).map(({ path }) => path);
const fileOf = (path: string, language: string) => `pages/${language}${path === '/' ? '/index' : path}.html`;

for (const language of ['fr', 'en']) {
  test(`PS-06 no prerendered page has a script of its own, ${language}`, () => {
    for (const path of prerendered) {
      const html = readFileSync(join(web, 'dist', fileOf(path, language)), 'utf8');
      const scripts = [...html.matchAll(/<script\b([^>]*)>([^]*?)<\/script>/g)];
      expect(scripts.length, path).toBeGreaterThan(0);
      for (const [, attributes, content] of scripts) {
        if (attributes?.includes('type="application/json"')) continue; // data, which never runs
        expect(attributes, path).toContain(' src="/');
        expect(content, path).toBe('');
      }
      expect(html, path).not.toMatch(/\son[a-z]+="/);
      expect(html, path).toContain(`<html lang="${language}" data-prerendered="shown">`);
    }
  });
}

test('Z22 PS-07 the pages have the name, accent and legal facts of the installation, whatever its name is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pages-'));
  try {
    const own = JSON.parse(readFileSync(join(web, '../shared/account/configuration.json'), 'utf8')) as Record<string, unknown>;
    const name = 'A&B </script><script>alert(1)</script>';
    const configuration = { ...own, product: { ...(own['product'] as object), name }, accent: '#aa0000' };
    writeFileSync(join(folder, 'configuration.json'), JSON.stringify(configuration));
    execFileSync('node', ['scripts/prerender.mjs', join(folder, 'configuration.json'), folder], { cwd: web });
    for (const file of ['index.html', ...prerendered.map((path) => fileOf(path, 'en'))]) {
      const html = readFileSync(join(folder, file), 'utf8');
      expect(html, file).not.toContain('<script>alert');
      const data = /<script type="application\/json" id="configuration">([^]*?)<\/script>/.exec(html)?.[1] ?? '';
      expect(JSON.parse(data), file).toMatchObject(configuration);
      if (file === 'index.html') continue;
      expect(html, file).toContain('A&amp;B &lt;/script&gt;');
      expect(html, file).toContain(`--mantine-color-accent-7: ${accentScale('#aa0000')[7]};`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
