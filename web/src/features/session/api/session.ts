import { queryOptions, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../../api/client';
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

/** Whether somebody was signed in when this browser last heard: what to draw before the API has answered. */
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

/** After signing out, deleting the account or changing the password. */
export function leave(client: QueryClient): void {
  forgetPersonal(client);
  client.setQueryData(sessionQuery.queryKey, remembered({ signedIn: false }));
}

const publicKeys = new Set<unknown>(['configuration', 'terms', 'organisations']);

function forgetPersonal(client: QueryClient): void {
  client.removeQueries({ predicate: (query) => !publicKeys.has(query.queryKey[0]) && query.queryKey[0] !== 'session' });
}

/** Reads the session again, for what another call has changed in it. */
export function useRefreshSession() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: sessionQuery.queryKey });
}
