import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../../api/client';

export type Preferences = Schemas['Preferences'];

const key = ['preferences'];

export function usePreferences() {
  return useQuery({ queryKey: key, queryFn: () => answer(api.GET('/me/preferences')) });
}

export function useUpdatePreferences() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Preferences) => answer(api.PUT('/me/preferences', { body })),
    onSuccess: (stored) => client.setQueryData(key, stored),
  });
}
