import { useMutation } from '@tanstack/react-query';
import { answer, api } from '../../../api/client';
import { useLeave } from '../../session/api/session';

/** Changes the password; every session ends, this one too, so it leads to the sign-in page (C16). */
export function useChangePassword() {
  const leave = useLeave();
  return useMutation({
    mutationFn: (body: { currentPassword: string; newPassword: string }) => answer(api.POST('/me/password', { body })),
    onSuccess: () => leave('/sign-in', { reason: 'password-changed' }),
  });
}
