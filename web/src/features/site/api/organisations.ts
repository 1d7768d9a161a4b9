import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../../../api/client';

/** Organisations that a new user may choose, the default one first. */
export function useOpenOrganisations() {
  return useQuery({
    queryKey: ['organisations', 'open'],
    queryFn: async () => (await answer(api.GET('/organisations'))).items,
  });
}
