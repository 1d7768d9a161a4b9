import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from './problem';

/** Refusals that mean "what this page knows of the session is old". */
const sessionCodes = new Set(['sign_in_required', 'portal_terms_not_accepted', 'password_change_required']);

/** One client for the page. Reads are retried when nothing was refused; writes never are. */
export function newQueryClient(): QueryClient {
  const readSessionAgain = (error: unknown) => {
    if (sessionCodes.has(ApiError.from(error).code)) void client.invalidateQueries({ queryKey: ['session'] });
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: readSessionAgain }),
    mutationCache: new MutationCache({
      // A form whose session is over keeps what was typed: it says so, and leads nowhere.
      onError: (error) => {
        if (ApiError.from(error).code !== 'sign_in_required') readSessionAgain(error);
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (failures, error) => failures < 2 && ApiError.from(error).transient,
        retryDelay: (attempt) => 500 * 2 ** attempt,
        refetchOnWindowFocus: false,
        // Without a network, fail and say so: the library would wait for it without a word.
        networkMode: 'always',
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
  return client;
}
