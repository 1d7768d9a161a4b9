import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../../../api/client';
import { leave } from '../../session/api/session';

/** Changes the password; every session ends, this one too (C16). */
export function useChangePassword() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { currentPassword: string; newPassword: string }) => answer(api.POST('/me/password', { body })),
    onSuccess: () => leave(client),
  });
}
