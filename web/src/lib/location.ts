import { useLocation, useSearchParams } from 'react-router';

/** A parameter of the address, or null. */
export function useParameter(name: string): string | null {
  const [query] = useSearchParams();
  return query.get(name);
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
  return location.state as Message | null;
}
