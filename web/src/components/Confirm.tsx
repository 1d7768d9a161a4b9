import { lazy, Suspense } from 'react';
import type { ConfirmDialogProps } from './ConfirmDialog';

// A dialog's code is fetched when it is first opened.
const ConfirmDialog = lazy(() => import('./ConfirmDialog'));

/** Asks before an act that cannot be undone. */
export function Confirm(props: ConfirmDialogProps) {
  if (!props.opened) return null;
  return (
    <Suspense>
      <ConfirmDialog {...props} />
    </Suspense>
  );
}
