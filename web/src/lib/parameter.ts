import { useSyncExternalStore } from 'react';
import { useSearchParams } from 'react-router';

const never = () => () => undefined;

/**
 * A parameter of the address, or null. A page's first drawing knows none: it is drawn at build time for whatever the address
 * says, and taken over as it stands.
 */
export function useParameter(name: string): string | null {
  const [query] = useSearchParams();
  const value = query.get(name);
  return useSyncExternalStore(
    never,
    () => value,
    () => null,
  );
}
