import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../../../api/client';
import { enter } from './session';

interface Credentials {
  email: string;
  password: string;
  /** Solution of a challenge; only when the API asked for one. */
  captcha?: string;
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Credentials) => answer(api.POST('/sessions', { body })),
    onSuccess: (session) => enter(client, session),
  });
}
