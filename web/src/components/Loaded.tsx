import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Failure } from './Failure';
import { Waiting } from './Waiting';

interface LoadedProps<T> {
  query: UseQueryResult<T>;
  /** Shape of the skeleton, heights in px. */
  shape: number[];
  children: (data: T) => ReactNode;
}

/** What a query brings, with its loading and error states. Old data stay on the page while they are read again. */
export function Loaded<T>({ query, shape, children }: LoadedProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return <Waiting shape={shape} />;
}
