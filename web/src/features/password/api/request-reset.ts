import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { answer, api, type Schemas } from '../../../api/client';
import { Intent } from '../../../api/intent';

/** Asks for a reset link. The answer is the same for every address. */
export function useRequestReset() {
  const intent = useRef(new Intent());
  return useMutation({
    mutationFn: (body: Schemas['MailRequest']) =>
      answer(api.POST('/password-resets', { body, params: { header: { 'Idempotency-Key': intent.current.keyFor(body) } } })),
  });
}
