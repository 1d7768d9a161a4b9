import { useId as useReactId } from 'react';

/** The given id, else one that is the same when a page is drawn at build time and in the browser. */
export function useId(given?: string): string {
  const own = useReactId();
  return given ?? own;
}
