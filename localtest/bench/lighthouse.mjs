// Looks at pages with Lighthouse and prints one line of JSON each: node lighthouse.mjs CHROMIUM URL...
import * as chromeLauncher from 'chrome-launcher';
import lighthouse, { desktopConfig } from 'lighthouse';

const [chromePath, ...pages] = process.argv.slice(2);
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const categories = ['performance', 'accessibility', 'best-practices'];
// One look at a page says much about the moment: the one in the middle of three is reported, as Lighthouse's authors advise.
const looks = 3;

// A browser on a busy machine now and then gives no trace: that look is taken again, a bad score is not.
async function look(url, config, attempts = 3) {
  const chrome = await chromeLauncher.launch({ chromePath, chromeFlags: flags });
  try {
    const { lhr } = await lighthouse(url, { port: chrome.port, onlyCategories: categories, logLevel: 'error' }, config);
    if (!lhr.runtimeError) return Object.fromEntries(categories.map((name) => [name, Math.round(100 * lhr.categories[name].score)]));
    if (attempts === 1) throw new Error(`${url}: ${lhr.runtimeError.message}`);
  } finally {
    await chrome.kill();
  }
  return look(url, config, attempts - 1);
}

for (const url of pages) {
  for (const [form, config] of [['mobile', undefined], ['desktop', desktopConfig]]) {
    const seen = [];
    for (let i = 0; i < looks; i++) seen.push(await look(url, config));
    seen.sort((a, b) => a.performance - b.performance);
    console.log(JSON.stringify({ url, form, ...seen[Math.floor(looks / 2)] }));
  }
}
