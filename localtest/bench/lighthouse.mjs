// Looks at pages with Lighthouse and prints one line of JSON each: node lighthouse.mjs CHROMIUM URL...
import * as chromeLauncher from 'chrome-launcher';
import lighthouse, { desktopConfig } from 'lighthouse';

const [chromePath, ...pages] = process.argv.slice(2);
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const categories = ['performance', 'accessibility', 'best-practices'];

for (const url of pages) {
  for (const [form, config] of [['mobile', undefined], ['desktop', desktopConfig]]) {
    const chrome = await chromeLauncher.launch({ chromePath, chromeFlags: flags });
    try {
      const { lhr } = await lighthouse(url, { port: chrome.port, onlyCategories: categories, logLevel: 'error' }, config);
      if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
      const scores = Object.fromEntries(categories.map((name) => [name, Math.round(100 * lhr.categories[name].score)]));
      console.log(JSON.stringify({ url, form, ...scores }));
    } finally {
      await chrome.kill();
    }
  }
}
