import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { answer, api, type Schemas } from '../../../api/client';
import { Intent } from '../../../api/intent';
import { sessionQuery } from '../../session/api/session';

export type Membership = Schemas['Membership'];

/** Joins an organisation with its code (Z44). */
export function useJoinOrganisation() {
  const client = useQueryClient();
  const intent = useRef(new Intent());
  return useMutation({
    mutationFn: (body: { code: string }) =>
      answer(api.POST('/me/memberships', { body, params: { header: { 'Idempotency-Key': intent.current.keyFor(body) } } })),
    onSuccess: async () => {
      intent.current = new Intent();
      await client.invalidateQueries({ queryKey: sessionQuery.queryKey });
    },
  });
}

/** Leaves an organisation; the applications that enrolment made there end. */
export function useLeaveOrganisation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (organisation: string) =>
      answer(api.DELETE('/me/memberships/{organisation}', { params: { path: { organisation } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: sessionQuery.queryKey }),
  });
}
