import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../../../api/client';

export const termsQuery = queryOptions({ queryKey: ['terms'], queryFn: () => answer(api.GET('/terms')) });

/** The portal's current terms, in both languages. */
export function useTerms() {
  return useQuery(termsQuery);
}

/** Accepts the terms of this hash; what was refused before is read again. When they have changed meanwhile the new text is. */
export function useAcceptTerms() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (hash: string) => answer(api.POST('/terms/acceptances', { body: { hash } })),
    onSuccess: () => client.invalidateQueries(),
    onError: () => client.invalidateQueries({ queryKey: termsQuery.queryKey }),
  });
}
