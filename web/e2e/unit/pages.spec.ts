import { expect, test } from '@playwright/test';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import english from '../../src/locales/en/reading';
import french from '../../src/locales/fr/reading';
import { layouts, pages } from '../../src/pages';

const features = join(import.meta.dirname, '../../src/features');

test('every file of a page or a layout is declared once, and every declaration has its file', () => {
  const files = readdirSync(features, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(Page|Layout)\.tsx$/.test(file))
    .map((file) => file.replace(/\.tsx$/, ''))
    .filter((file) => file !== 'password/ForcedPasswordPage'); // stands before other pages and has no address
  expect([...Object.values(layouts), ...pages].map(({ file }) => file).sort()).toEqual(files.sort());
});

test('addresses are unique; one that is a pattern has an example', () => {
  expect(new Set(pages.map(({ path }) => path)).size).toBe(pages.length);
  for (const { path, example } of pages) if (/[:*]/.test(path)) expect(example, path).toBeDefined();
});

test('A9 a page with a title is in a group of the site map and has search words in both languages', () => {
  for (const { path, title, group } of pages) {
    if (title === undefined) continue;
    expect(group, path).toBeDefined();
    for (const words of [french, english]) expect(words.search.about[title], path).toBeTruthy();
  }
});

test('only what visitors see first is prerendered, and shared/topology/pages.json lists it (make generate)', () => {
  const prerendered = pages.filter((page) => page.prerendered === true);
  for (const { path, who } of prerendered) {
    expect(who, path).not.toBe('user');
    expect(path).not.toMatch(/[:*]/);
  }
  const file = join(import.meta.dirname, '../../../shared/topology/pages.json');
  expect(existsSync(file)).toBe(true);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(prerendered.map(({ path }) => path));
});
