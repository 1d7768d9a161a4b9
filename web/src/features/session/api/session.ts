import { queryOptions, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useLocation, useNavigate, type Location } from 'react-router';
import { answer, api, type Schemas } from '../../../api/client';
import type { Message } from '../../../lib/location';
import { read, write } from '../../../lib/storage';
import { changeLanguage } from '../../../locales/i18n';

export type Session = Schemas['Session'];
export type SignedIn = Schemas['SignedInSession'];

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async () => remembered(await answer(api.GET('/session'))),
  staleTime: 60_000,
});

/** Keeps in this browser that somebody is signed in, or nobody is. */
function remembered(session: Session): Session {
  write('session', session.signedIn ? 'open' : 'none');
  return session;
}

/** Whether somebody was signed in at the API's last answer: which home page to show before the next one. */
export function wasSignedIn(): boolean {
  return read('session') === 'open';
}

/** Who is here: a visitor or a signed-in person. */
export function useSession() {
  return useQuery(sessionQuery);
}

/** The signed-in person's session, or undefined for a visitor and while it is not known. */
export function useSignedIn(): SignedIn | undefined {
  const { data } = useSession();
  return data?.signedIn ? data : undefined;
}

/** Everything that was read as the former person is forgotten; the new session stands, in its person's language. */
export function enter(client: QueryClient, session: SignedIn): void {
  forgetPersonal(client);
  client.setQueryData(sessionQuery.queryKey, remembered(session));
  void changeLanguage(session.person.language);
}

/** The session is over: nobody is signed in, and pages of signed-in people ask to sign in. */
export function leave(client: QueryClient): void {
  forgetPersonal(client);
  client.setQueryData(sessionQuery.queryKey, remembered({ signedIn: false }));
}

const leadingOn = ['leading-on'];

/**
 * Whether the act that ended the session is about to show its own page in the place of this one: then this one must not ask
 * to sign in. Locations have keys of their own, so every later visit asks.
 */
export function isLeadingOn(client: QueryClient, location: Location): boolean {
  return client.getQueryData(leadingOn) === location.key;
}

/** After an act that ended the session (signing out, another password, no account any more): leads on to `path`. */
export function useLeave() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { key } = useLocation();
  return (path: string, message?: Message) => {
    leave(client);
    client.setQueryData(leadingOn, key);
    return navigate(path, { replace: true, state: message });
  };
}

const publicKeys = new Set<unknown>(['terms', 'organisations']);

function forgetPersonal(client: QueryClient): void {
  client.removeQueries({ predicate: (query) => !publicKeys.has(query.queryKey[0]) && query.queryKey[0] !== 'session' });
}

/** Reads the session again, for what another call has changed in it. */
export function useRefreshSession() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: sessionQuery.queryKey });
}
