// Measures what each page loads in JavaScript, compressed by brotli as CloudFront sends it, and fails above a budget. Counted: the boot script, the
// entry, the page with its layout, everything that they import, and one language's texts. What is fetched on the reader's first act (a dialog,
// the captcha's widget) or with a tab of its own (documentation viewer, charts) is not part of a page; `parts` gives those budgets of their own.
import { readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { runnerImport } from 'vite';

const KB = 1024;
const first = 160 * KB; // first visit of a page
const later = 30 * KB; // what another page adds to the home page

// What is loaded alone, by the start of its source's name. A part without code yet costs nothing.
const parts = {
  'src/components/form/altcha': 30 * KB,
  'src/features/documentation/': 300 * KB,
  'src/features/charts/': 100 * KB,
};

const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'));
const html = readFileSync('dist/.vite/index.html', 'utf8');
const { module } = await runnerImport('./src/pages.ts');
const entries = Object.keys(manifest).filter((key) => html.includes(`/${manifest[key].file}`));

function closure(keys, found = new Set()) {
  for (const key of keys) {
    if (found.has(key)) continue;
    found.add(key);
    closure(manifest[key]?.imports ?? [], found);
  }
  return found;
}

const sizes = new Map();
function size(file) {
  if (!sizes.has(file)) sizes.set(file, brotliCompressSync(readFileSync(`dist/${file}`)).length);
  return sizes.get(file);
}

function bytes(keys) {
  return [...keys]
    .map((key) => manifest[key].file)
    .filter((file) => file.endsWith('.js'))
    .reduce((sum, file) => sum + size(file), 0);
}

/** Everything that a page needs in a language. */
function needed(page, language) {
  const around = page.layout ? [module.layouts[page.layout]] : [];
  return closure([
    ...entries,
    `src/locales/${language}/common.ts`,
    ...[page, ...around].flatMap(({ file, texts }) => [
      `src/features/${file}.tsx`,
      ...texts.map((name) => `src/locales/${language}/${name}.ts`),
    ]),
  ]);
}

const home = module.pages.find((page) => page.path === '/');
const over = [];
console.log('  first    more');
for (const page of module.pages) {
  const measured = ['fr', 'en'].map((language) => {
    const keys = needed(page, language);
    const there = needed(home, language);
    return { whole: size('boot.js') + bytes(keys), added: bytes([...keys].filter((key) => !there.has(key))) };
  });
  const whole = Math.max(...measured.map((one) => one.whole));
  const added = Math.max(...measured.map((one) => one.added));
  console.log(`${(whole / KB).toFixed(1).padStart(7)} ${(added / KB).toFixed(1).padStart(7)} KB  ${page.path}`);
  if (whole > first) over.push(`${page.path} on a first visit (${first / KB} KB)`);
  if (added > later) over.push(`${page.path} after the home page (${later / KB} KB)`);
}
const common = needed(home, 'fr');
for (const [source, budget] of Object.entries(parts)) {
  const keys = Object.keys(manifest).filter((key) => key.startsWith(source));
  const added = bytes([...closure(keys)].filter((key) => !common.has(key)));
  if (keys.length > 0) console.log(`${(added / KB).toFixed(1).padStart(15)} KB  ${source}`);
  if (added > budget) over.push(`${source} (${budget / KB} KB)`);
}
if (over.length > 0) {
  console.error(`Above the budget: ${over.join(', ')}`);
  process.exit(1);
}
