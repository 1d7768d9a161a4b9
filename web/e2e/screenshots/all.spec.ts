import { expect, test } from '@playwright/test';
import { demoPerson, signIn, speak } from '../people';
import { languages, locales, themes, visits } from '../pages';

/** Pictures of every page, to be looked at (ui §7): screenshots/<page>-<width>-<theme>-<language>.png. */

const widths = [360, 768, 1440];

for (const theme of themes) {
  for (const language of languages) {
    test(`pictures, ${theme}, ${language}`, async ({ browser }) => {
      for (const who of ['visitor', 'user'] as const) {
        const context = await browser.newContext({ colorScheme: theme, locale: locales[language], reducedMotion: 'reduce' });
        await context.addInitScript(() => localStorage.setItem('cookie-notice', 'read'));
        const page = await context.newPage();
        if (who === 'user') {
          await signIn(page, demoPerson());
          await speak(page, language);
        }
        for (const { path } of visits.filter((visit) => visit.who === who)) {
          await page.goto(path);
          await page.locator('main h1').waitFor();
          await expect(page).toHaveURL(path);
          await page.waitForLoadState('networkidle');
          for (const width of widths) {
            await page.setViewportSize({ width, height: width < 500 ? 740 : 900 });
            const name = `${who}${path.replaceAll(/[^a-z0-9]+/gi, '-')}`.replace(/-$/, '');
            await page.screenshot({ path: `screenshots/${name}-${width}-${theme}-${language}.png`, fullPage: true });
          }
        }
        await context.close();
      }
    });
  }
}
