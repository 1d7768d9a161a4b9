import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { answer, api, type Schemas } from '../../../api/client';
import { Intent } from '../../../api/intent';

export type Registration = Schemas['Registration'];

/** Asks for an account. The answer is the same for every address. */
export function useRegister() {
  const intent = useRef(new Intent());
  return useMutation({
    mutationFn: (body: Registration) =>
      answer(api.POST('/registrations', { body, params: { header: { 'Idempotency-Key': intent.current.keyFor(body) } } })),
  });
}
