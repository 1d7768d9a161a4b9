import { expect, test } from '@playwright/test';
import { goTo } from '../go-to';
import { demoPerson, signIn, speak } from '../people';
import { languages, themes, visits } from '../pages';
import { browserOf, photograph } from './camera';

/** Pictures of every page, to be looked at (ui §7): screenshots/<page>-<width>-<theme>-<language>.png. */

for (const theme of themes) {
  for (const language of languages) {
    test(`pictures, ${theme}, ${language}`, async ({ browser }) => {
      for (const who of ['visitor', 'user'] as const) {
        const context = await browserOf(browser, { theme, language });
        const page = await context.newPage();
        if (who === 'user') {
          await signIn(page, demoPerson());
          await speak(page, language);
        }
        for (const { path } of visits.filter((visit) => visit.who === who)) {
          await goTo(page, path);
          await page.locator('main h1').waitFor();
          await expect(page).toHaveURL(path);
          await page.waitForLoadState('networkidle');
          await photograph(page, { theme, language }, `${who}${path.replaceAll(/[^a-z0-9]+/gi, '-')}`.replace(/-$/, ''));
        }
        await context.close();
      }
    });
  }
}
