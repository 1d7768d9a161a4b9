import type { Browser, BrowserContext, Page } from '@playwright/test';
import { locales, type Language, type Theme } from '../pages';

export interface Look {
  theme: Theme;
  language: Language;
}

export const widths = [360, 768, 1440];

/** A browser in a theme and a language; the notice on cookies has been read unless said otherwise. */
export async function browserOf(
  browser: Browser,
  { theme, language }: Look,
  { noticeRead = true }: { noticeRead?: boolean } = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({ colorScheme: theme, locale: locales[language], reducedMotion: 'reduce' });
  if (noticeRead) await context.addInitScript(() => localStorage.setItem('cookie-notice', 'read'));
  return context;
}

export interface Shot {
  /** The whole page, or only what the screen shows: dialogs and what hangs over the page. */
  whole?: boolean;
  at?: number[];
}

/** Takes screenshots/<name>-<width>-<theme>-<language>.png at each width. */
export async function photograph(page: Page, { theme, language }: Look, name: string, shot: Shot = {}): Promise<void> {
  for (const width of shot.at ?? widths) {
    await page.setViewportSize({ width, height: width < 500 ? 740 : 900 });
    // On a busy machine the page is rendered in the new size only some frames later.
    await page.evaluate(() => new Promise((rendered) => requestAnimationFrame(() => setTimeout(rendered, 100))));
    await page.screenshot({ path: `screenshots/${name}-${width}-${theme}-${language}.png`, fullPage: shot.whole ?? true });
  }
}
