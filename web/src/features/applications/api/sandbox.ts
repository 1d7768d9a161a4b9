import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { answer, api, type Schemas } from '../../../api/client';
import { Intent } from '../../../api/intent';

export type Application = Schemas['ReadySandboxApplication'];
export type Credential = Schemas['Credential'];
export type ShownSecret = Schemas['ShownSecret'];

const sandboxQuery = queryOptions({
  queryKey: ['applications', 'sandbox'],
  queryFn: () => answer(api.GET('/applications/sandbox')),
  refetchInterval: (query) => (query.state.data?.state === 'pending' ? 2000 : false),
});

/** My automatic sandbox application. A job makes it, so while it is pending the page asks again every two seconds. */
export function useSandboxApplication() {
  return useQuery(sandboxQuery);
}

/** Shows a credential's secret, the one time that it can be shown (Z19). The answer is kept by the dialog only. */
export function useShowSecret(application: string, credential: string) {
  const client = useQueryClient();
  const intent = useRef(new Intent());
  return useMutation({
    gcTime: 0,
    mutationFn: () =>
      answer(
        api.POST('/applications/{application}/credentials/{credential}/secret', {
          params: {
            path: { application, credential },
            header: { 'Idempotency-Key': intent.current.keyFor({ application, credential }) },
          },
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: sandboxQuery.queryKey }),
  });
}
