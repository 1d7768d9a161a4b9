import { queryOptions, useQuery } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../../api/client';

const openOrganisationsQuery = queryOptions({
  queryKey: ['organisations', 'open'],
  queryFn: async () => {
    const all: Schemas['OpenOrganisation'][] = [];
    let next: string | null = null;
    do {
      const query: { cursor?: string } = next === null ? {} : { cursor: next };
      const part = await answer(api.GET('/organisations', { params: { query } }));
      all.push(...part.items);
      next = part.next;
    } while (next !== null);
    return all;
  },
});

/** Organisations that a new user may choose, the default one first: all of them, part by part. */
export function useOpenOrganisations() {
  return useQuery(openOrganisationsQuery);
}
