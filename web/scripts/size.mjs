// Measures what each page's first visit loads in compressed JavaScript, and fails above the limit (issue 8: 200 KB).
// Counted: the boot script, the entry, the page, everything that both import, and one language's texts. What is fetched on the reader's first
// act (a dialog, the captcha's widget) is not part of the first visit.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const limit = 200 * 1024;
const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'));
const html = readFileSync('dist/index.html', 'utf8');
// What the page itself names: the entry and what it imports.
const entries = Object.keys(manifest).filter((key) => html.includes(`/${manifest[key].file}`));

function closure(keys) {
  const found = new Set();
  const visit = (key) => {
    if (found.has(key)) return;
    found.add(key);
    for (const next of manifest[key]?.imports ?? []) visit(next);
  };
  keys.forEach(visit);
  return found;
}

function bytes(keys) {
  let sum = gzipSync(readFileSync('dist/boot.js'), { level: 9 }).length;
  for (const key of keys) {
    const file = manifest[key].file;
    if (file.endsWith('.js')) sum += gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length;
  }
  return sum;
}

const keys = Object.keys(manifest);
const pages = keys.filter((key) => /^src\/features\/.*Page\.tsx$/.test(key) && manifest[key].isDynamicEntry);
const rows = [];
for (const page of pages) {
  const alone = closure([...entries, page]);
  const worst = Math.max(
    ...['fr', 'en'].map((language) => {
      const texts = keys.filter((key) => key.startsWith(`src/locales/${language}/`));
      const used = texts.filter((key) => textsOf(page).some((name) => key.endsWith(`/${name}.ts`)));
      return bytes(closure([...alone, ...used]));
    }),
  );
  rows.push({ page: page.replace('src/features/', ''), bytes: worst });
}

/** Namespaces that a page's route names. */
function textsOf(page) {
  const routes = readFileSync('src/app/routes.tsx', 'utf8');
  const name = page.replace('src/features/', '').replace('.tsx', '');
  const line = routes.split('\n').find((text) => text.includes(`page('${name}'`)) ?? '';
  const names = [...line.matchAll(/, '([a-z]+)'/g)].map((match) => match[1]);
  return names;
}

rows.sort((a, b) => b.bytes - a.bytes);
for (const row of rows) console.log(`${(row.bytes / 1024).toFixed(1).padStart(7)} KB  ${row.page}`);
const over = rows.filter((row) => row.bytes > limit);
if (rows.length === 0 || over.length > 0) {
  console.error(
    `Above ${limit / 1024} KB of compressed JavaScript: ${over.map((row) => row.page).join(', ') || 'no page found'}`,
  );
  process.exit(1);
}
