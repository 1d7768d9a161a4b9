import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../../../api/client';
import { useLeave } from '../../session/api/session';

/** Everything that the portal holds about me, as one object. */
export function useExport() {
  return useMutation({ mutationFn: () => answer(api.GET('/me/export')) });
}

const deletionQuery = queryOptions({
  queryKey: ['deletion'],
  queryFn: () => answer(api.GET('/me/deletion')),
  staleTime: 0,
});

/** What deleting the account would do, and what forbids it now (Z56). */
export function useDeletionPreview() {
  return useQuery(deletionQuery);
}

export function useDeleteAccount() {
  const client = useQueryClient();
  const leave = useLeave();
  return useMutation({
    mutationFn: (body: { password: string }) => answer(api.DELETE('/me', { body })),
    onSuccess: () => leave('/', { deleted: true }),
    onError: () => client.invalidateQueries({ queryKey: deletionQuery.queryKey }),
  });
}
