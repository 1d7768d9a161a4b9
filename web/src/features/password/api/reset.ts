import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../../../api/client';
import { leave } from '../../session/api/session';

const resetLinkQuery = (token: string) =>
  queryOptions({
    queryKey: ['password-reset', token],
    queryFn: () => answer(api.GET('/password-resets/{token}', { params: { path: { token } } })),
    staleTime: 0,
  });

/** Whether the link is still valid; asking consumes nothing (RG-05). */
export function useResetLink(token: string) {
  return useQuery(resetLinkQuery(token));
}

/** Chooses the new password and consumes the link; every session ends. */
export function useResetPassword(token: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { newPassword: string }) =>
      answer(api.POST('/password-resets/{token}', { params: { path: { token } }, body })),
    onSuccess: () => leave(client),
  });
}
