// Looks at pages with Lighthouse and prints one line of JSON each: node lighthouse.mjs CHROMIUM URL...
import * as chromeLauncher from 'chrome-launcher';
import lighthouse, { desktopConfig } from 'lighthouse';

const [chromePath, ...pages] = process.argv.slice(2);
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const categories = ['performance', 'accessibility', 'best-practices'];

// A browser on a busy machine now and then gives no trace: that look is taken again, a bad score is not.
async function look(url, form, config, attempts) {
  const chrome = await chromeLauncher.launch({ chromePath, chromeFlags: flags });
  try {
    const { lhr } = await lighthouse(url, { port: chrome.port, onlyCategories: categories, logLevel: 'error' }, config);
    if (!lhr.runtimeError) {
      const scores = Object.fromEntries(categories.map((name) => [name, Math.round(100 * lhr.categories[name].score)]));
      console.log(JSON.stringify({ url, form, ...scores }));
      return;
    }
    if (attempts === 1) throw new Error(`${url}: ${lhr.runtimeError.message}`);
  } finally {
    await chrome.kill();
  }
  await look(url, form, config, attempts - 1);
}

for (const url of pages) {
  await look(url, 'mobile', undefined, 3);
  await look(url, 'desktop', desktopConfig, 3);
}
