import { queryOptions, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../../api/client';
import { changeLanguage } from '../../../locales/i18n';

export type Session = Schemas['Session'];
export type SignedIn = Schemas['SignedInSession'];

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: () => answer(api.GET('/session')),
  staleTime: 60_000,
});

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
  client.setQueryData(sessionQuery.queryKey, session);
  void changeLanguage(session.person.language);
}

/** After signing out, deleting the account or changing the password. */
export function leave(client: QueryClient): void {
  forgetPersonal(client);
  client.setQueryData(sessionQuery.queryKey, { signedIn: false });
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
