import { useEffect } from 'react';

let drawn = '';

/** The title of the page that was drawn last without a browser; empty when it set none. */
export function drawnTitle(): string {
  return drawn;
}

/** Remembers the title of a page that is drawn without a browser; empty before the next one. */
export function noteTitle(title: string): void {
  drawn = title;
}

/** Sets the browser's title. */
export function useTitle(title: string): void {
  if (import.meta.env.SSR) noteTitle(title);
  useEffect(() => {
    document.title = title;
  }, [title]);
}
