import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { visits } from '../pages';

const web = join(import.meta.dirname, '../..');
const addresses = [...new Set(visits.map((visit) => visit.route).filter((route) => !/[:*]/.test(route)))];

test('the topology serves every address without parameters as it was drawn', () => {
  const source = readFileSync(join(web, '../shared/topology/site.go'), 'utf8');
  const listed = /Pages: \[\]string\{([^}]*)\}/.exec(source)?.[1] ?? '';
  expect([...listed.matchAll(/"([^"]+)"/g)].map((match) => match[1]).sort()).toEqual([...addresses].sort());
});

for (const language of ['fr', 'en']) {
  test(`PS-06 no drawn page has a script of its own, ${language}`, () => {
    for (const address of addresses) {
      const file = join(web, 'dist/pages', language, `${address === '/' ? 'index' : address}.html`);
      const html = readFileSync(file, 'utf8');
      const scripts = [...html.matchAll(/<script\b([^>]*)>([^]*?)<\/script>/g)];
      expect(scripts.length, address).toBeGreaterThan(0);
      for (const [, attributes, content] of scripts) {
        expect(attributes, address).toContain(' src="/');
        expect(content, address).toBe('');
      }
      expect(html, address).not.toMatch(/\son[a-z]+="/);
      expect(html, address).toContain(`<html lang="${language}" data-page="${address}" data-code="/assets/index-`);
    }
  });
}
