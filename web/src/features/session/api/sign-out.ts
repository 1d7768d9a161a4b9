import { useMutation } from '@tanstack/react-query';
import { answer, api } from '../../../api/client';
import type { Message } from '../../../lib/location';
import { useLeave } from './session';

/** Signs out and leads on: to the home page, or to another one that says why. */
export function useSignOut(path = '/', message?: Message) {
  const leave = useLeave();
  return useMutation({
    mutationFn: () => answer(api.DELETE('/sessions/current')),
    onSuccess: () => leave(path, message),
  });
}
