import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../../api/client';

export type Preferences = Schemas['Preferences'];

export const preferencesQuery = queryOptions({ queryKey: ['preferences'], queryFn: () => answer(api.GET('/me/preferences')) });

export function usePreferences() {
  return useQuery(preferencesQuery);
}

export function useUpdatePreferences() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Preferences) => answer(api.PUT('/me/preferences', { body })),
    onSuccess: (stored) => client.setQueryData(preferencesQuery.queryKey, stored),
  });
}
