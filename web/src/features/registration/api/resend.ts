import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { answer, api, type Schemas } from '../../../api/client';
import { Intent } from '../../../api/intent';

export type MailRequest = Schemas['MailRequest'];

/** Asks for the confirmation mail again. The answer is the same for every address. */
export function useResendConfirmation() {
  const intent = useRef(new Intent());
  return useMutation({
    mutationFn: (body: MailRequest) =>
      answer(api.POST('/registrations/resend', { body, params: { header: { 'Idempotency-Key': intent.current.keyFor(body) } } })),
  });
}
