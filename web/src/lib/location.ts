import { useSyncExternalStore } from 'react';
import { useLocation, useSearchParams } from 'react-router';

const never = () => () => undefined;

// A page's first drawing knows neither: it is drawn at build time for whoever comes, and taken over as it stands.

/** A parameter of the address, or null. */
export function useParameter(name: string): string | null {
  const [query] = useSearchParams();
  const value = query.get(name);
  return useSyncExternalStore(
    never,
    () => value,
    () => null,
  );
}

/** What a page says to the one that it leads to. */
export interface Message {
  confirmed?: boolean;
  deleted?: boolean;
  reason?: 'password-changed' | 'password-reset' | 'terms-refused';
}

/** What the page before says to this one, or null. A reload keeps it. */
export function useMessage(): Message | null {
  const location: { state: unknown } = useLocation();
  return useSyncExternalStore(
    never,
    () => location.state as Message | null,
    () => null,
  );
}
