import { useEffect } from 'react';

let rendered = '';

/** The title of the page that was prerendered last. */
export function renderedTitle(): string {
  return rendered;
}

function noteTitle(title: string): void {
  rendered = title;
}

/** Sets the browser's title. */
export function useTitle(title: string): void {
  if (import.meta.env.SSR) noteTitle(title);
  useEffect(() => {
    document.title = title;
  }, [title]);
}
