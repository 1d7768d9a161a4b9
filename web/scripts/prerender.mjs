// Writes every page of one installation (src/prerender/README.md):
//   node scripts/prerender.mjs [CONFIGURATION.json [FOLDER]]
// The configuration has the form of shared/account/configuration.json, the default. The folder gets index.html and pages/; it is dist by
// default. Assets stay in dist.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { languages, pages, render, setConfiguration } from '../node_modules/.cache/prerender/prerender.js';

const web = join(import.meta.dirname, '..');
const [configurationFile = join(web, '../shared/account/configuration.json'), folder = join(web, 'dist')] = process.argv.slice(2);
const manifest = JSON.parse(readFileSync(join(web, 'dist/.vite/manifest.json'), 'utf8'));

// A build leaves index.html without configuration: kept for the next run. The version is that of the built files.
const [templateFile, versionFile] = [join(web, 'dist/.vite/index.html'), join(web, 'dist/.vite/version')];
if (!existsSync(templateFile)) {
  copyFileSync(join(web, 'dist/index.html'), templateFile);
  writeFileSync(versionFile, described());
}
const template = readFileSync(templateFile, 'utf8');
const version = readFileSync(versionFile, 'utf8');

function described() {
  try {
    return execFileSync('git', ['describe', '--tags', '--always', '--dirty'], { cwd: web, encoding: 'utf8' }).trim();
  } catch {
    return 'development';
  }
}

const configuration = { ...JSON.parse(readFileSync(configurationFile, 'utf8')), version };
setConfiguration(configuration);

/** Replaces what must be there exactly once. */
function replace(text, part, by) {
  if (text.split(part).length !== 2) throw new Error(`index.html does not have ${part} once`);
  return text.replace(part, () => by);
}

function write(name, text) {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** The files of a page and its texts, beside those that the template names. */
function filesOf(page, language) {
  const found = new Set();
  const visit = (key) => {
    const { file, css = [], imports = [] } = manifest[key];
    if (found.has(file) || template.includes(`/${file}"`)) return;
    [file, ...css].forEach((each) => found.add(each));
    imports.forEach(visit);
  };
  [`features/${page.file}.tsx`, ...['common', ...page.texts].map((name) => `locales/${language}/${name}.ts`)].forEach((name) =>
    visit(`src/${name}`),
  );
  return [...found];
}

function tagOf(file) {
  return file.endsWith('.css')
    ? `<link rel="stylesheet" crossorigin href="/${file}">`
    : `<link rel="modulepreload" crossorigin href="/${file}">`;
}

// JSON in a page is data, which no policy refuses; `<` must not end it.
const data = JSON.stringify(configuration).replaceAll('<', '\\u003c');
const filled = replace(
  replace(template, '<title>API</title>', `<title>${escaped(configuration.product.name)}</title>`),
  '</head>',
  `<script type="application/json" id="configuration">${data}</script></head>`,
);
write('index.html', filled);

// The font is asked for with the page: a text that gets it late is painted twice.
const font = readdirSync(join(web, 'dist/assets')).find((name) => /^inter-latin-wght-normal-.*\.woff2$/.test(name));
if (!font) throw new Error('dist/assets has no font for Latin letters');
const fontTag = `<link rel="preload" as="font" type="font/woff2" crossorigin href="/assets/${font}">`;
const outline = /<div id="root">[^]*?<\/div>/.exec(filled)?.[0];

for (const language of languages) {
  for (const page of pages) {
    const { html, title } = await render(page.path, language);
    let text = replace(filled, '<html lang="fr">', `<html lang="${language}" data-prerendered="shown">`);
    text = replace(text, outline, `<div id="root">${html}</div>`);
    text = replace(text, `<title>${escaped(configuration.product.name)}</title>`, `<title>${escaped(title)}</title>`);
    text = replace(text, '</head>', `${fontTag}${filesOf(page, language).map(tagOf).join('')}</head>`);
    write(`pages/${language}${page.path === '/' ? '/index' : page.path}.html`, text);
  }
}
