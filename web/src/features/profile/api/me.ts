import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../../api/client';
import { sessionQuery } from '../../session/api/session';

export type Me = Schemas['Me'];

const key = ['me'];

export function useMe() {
  return useQuery({ queryKey: key, queryFn: () => answer(api.GET('/me')) });
}

export function useUpdateMe() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { fullName?: string; language?: Schemas['Language'] }) => answer(api.PATCH('/me', { body })),
    onSuccess: (me) => {
      client.setQueryData(key, me);
      return client.invalidateQueries({ queryKey: sessionQuery.queryKey });
    },
  });
}
