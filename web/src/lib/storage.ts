/** Choices of this browser that are no secret: theme, notice read, code language. Storage may be refused; then nothing is kept. */

export type Choice = 'theme' | 'cookie-notice' | 'code-language' | 'language';

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
