import type { Page, Response } from '@playwright/test';

/** Waits until the application has replaced the prerendered page: what is typed or pressed sooner is lost. */
export function ready(page: Page): Promise<void> {
  return page.locator('html[data-prerendered]').waitFor({ state: 'detached' });
}

/** Opens an address and waits until the page reacts. */
export async function goTo(page: Page, address: string): Promise<Response | null> {
  const response = await page.goto(address);
  await ready(page);
  return response;
}
