import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../../../api/client';
import { enter } from '../../session/api/session';

/** Confirms the address and signs in (Z43). */
export function useConfirm() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { token: string; password: string }) => answer(api.POST('/confirmations', { body })),
    onSuccess: (session) => enter(client, session),
  });
}
