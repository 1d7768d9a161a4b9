// Draws the first state of every page without parameters in each language into dist/pages/, as `npm run build` does last.
// Each names the code and texts of its page (data-code), which the application alone would ask for one round trip later.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { draw, languages, paths, sources } from '../node_modules/.cache/prerender/prerender.js';

const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'));
const template = readFileSync('dist/index.html', 'utf8');

/** The files that a page needs beside those that the template names. */
function filesOf(path, language) {
  const found = new Set();
  const visit = (key) => {
    const { file, css = [], imports = [] } = manifest[key];
    if (found.has(file) || template.includes(`/${file}"`)) return;
    [file, ...css].forEach((each) => found.add(each));
    imports.forEach(visit);
  };
  sources(path, language).forEach((source) => visit(`src/${source}`));
  return [...found];
}

// The type is asked for with the page: a text that gets it late is drawn twice.
const type = readdirSync('dist/assets').find((name) => /^inter-latin-wght-normal-.*\.woff2$/.test(name));
if (!type) throw new Error('dist/assets has no type for Latin letters');
const typeTag = `<link rel="preload" as="font" type="font/woff2" crossorigin href="/assets/${type}">`;

/** Replaces what must be there exactly once. */
function replace(text, part, by) {
  if (text.split(part).length !== 2) throw new Error(`index.html does not have ${part} once`);
  return text.replace(part, () => by);
}

// The entry stands first, behind it what it imports.
const script = /<script type="module" crossorigin src="([^"]+)"><\/script>\s*/g;
const application = [...template.matchAll(script)].map((match) => match[1]).reverse();
if (application[0] !== `/${manifest['index.html'].file}`) throw new Error('index.html does not end with its entry');

const outline = /<div id="root">[^]*?<\/div>/.exec(template)?.[0];
for (const language of languages) {
  for (const path of paths) {
    const { html, title } = await draw(path, language);
    const files = filesOf(path, language);
    const code = [...application, ...files.filter((name) => name.endsWith('.js')).map((name) => `/${name}`)];
    const styles = files
      .filter((name) => name.endsWith('.css'))
      .map((name) => `<link rel="stylesheet" crossorigin href="/${name}">`);
    let page = replace(
      template,
      '<html lang="fr">',
      `<html lang="${language}" data-page="${path}" data-code="${code.join(' ')}">`,
    );
    page = replace(page, outline, `<div id="root">${html}</div>`);
    if (title !== '') page = replace(page, '<title>API</title>', `<title>${title}</title>`);
    // What is seen comes first: boot.js asks for the code, and starts it, when the page is painted.
    page = replace(page.replaceAll(script, ''), '</head>', `${typeTag}${styles.join('')}</head>`);
    const file = `dist/pages/${language}${path === '/' ? '/index' : path}.html`;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, page);
  }
}
