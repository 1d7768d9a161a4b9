import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../../api/client';
import { sessionQuery } from '../../session/api/session';

export type Me = Schemas['Me'];

export const meQuery = queryOptions({ queryKey: ['me'], queryFn: () => answer(api.GET('/me')) });

export function useMe() {
  return useQuery(meQuery);
}

export function useUpdateMe() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { fullName?: string; language?: Schemas['Language'] }) => answer(api.PATCH('/me', { body })),
    onSuccess: (me) => {
      client.setQueryData(meQuery.queryKey, me);
      return client.invalidateQueries({ queryKey: sessionQuery.queryKey });
    },
  });
}
