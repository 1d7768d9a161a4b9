import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../../api/client';

export type OwnSession = Schemas['OwnSession'];

export const ownSessionsQuery = queryOptions({
  queryKey: ['own-sessions'],
  queryFn: async () => (await answer(api.GET('/sessions'))).items,
});

export function useOwnSessions() {
  return useQuery(ownSessionsQuery);
}

/** Ends one session by its id. */
export function useEndSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (session: string) => answer(api.DELETE('/sessions/{session}', { params: { path: { session } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ownSessionsQuery.queryKey }),
  });
}

/** Ends every session but this one; answers how many. */
export function useEndOtherSessions() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => (await answer(api.DELETE('/sessions', { params: { query: { except: 'current' } } }))).ended,
    onSettled: () => client.invalidateQueries({ queryKey: ownSessionsQuery.queryKey }),
  });
}
