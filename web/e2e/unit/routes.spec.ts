import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { visits } from '../pages';

test('every route of the portal is walked by the tests over all pages', () => {
  const source = readFileSync(join(import.meta.dirname, '../../src/app/routes.tsx'), 'utf8');
  let parent = '';
  const routes = new Set<string>();
  for (const line of source.split('\n')) {
    const path = /path: '([^']+)'/.exec(line)?.[1];
    if (/index: true/.test(line)) routes.add(parent === '' ? '/' : `/${parent}`);
    else if (path !== undefined && /^\s*path:/.test(line)) parent = path;
    else if (path !== undefined)
      routes.add(path === 'applications' || parent === '' || path === '*' ? `/${path}` : `/${parent}/${path}`);
  }
  expect([...routes].sort()).toEqual([...new Set(visits.map((visit) => visit.route))].sort());
});
