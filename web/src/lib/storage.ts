/**
 * What this browser keeps and is not secret: theme, notice read, languages, and whether somebody was signed in at the last answer
 * (which home page to show first). Storage may be refused; then nothing is kept. public/boot.js reads it too.
 */

export type Choice = 'theme' | 'cookie-notice' | 'code-language' | 'language' | 'session';

export function read(choice: Choice): string | null {
  try {
    return localStorage.getItem(choice);
  } catch {
    return null;
  }
}

export function write(choice: Choice, value: string): void {
  try {
    localStorage.setItem(choice, value);
  } catch {
    // Refused by the browser: the choice lasts for this page.
  }
}
