import { queryOptions, useQuery } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../../api/client';

export type Configuration = Schemas['Configuration'];

export const configurationQuery = queryOptions({
  queryKey: ['configuration'],
  queryFn: () => answer(api.GET('/configuration')),
  staleTime: 5 * 60_000,
});

/** Name, logo, colours, links and legal facts of this portal. */
export function useConfiguration() {
  return useQuery(configurationQuery);
}

interface Brand {
  name: string;
  logoUrl: string | null;
  accent: string;
  /** False while the name is not known yet: draw nothing rather than a name that changes. */
  known: boolean;
}

/** The portal's name and colour; the product's own (shared/account/configuration.json) until the API answers, and when it does not. */
export function useBrand(): Brand {
  const { data, isError } = useConfiguration();
  if (data) return { name: data.product.name, logoUrl: data.product.logoUrl, accent: data.accent, known: true };
  return { name: 'Guichet', logoUrl: null, accent: '#3550b5', known: isError };
}
