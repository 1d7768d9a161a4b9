import { lazy, Suspense } from 'react';
import type { ConfirmDialogProps } from './ConfirmDialog';

// A dialog's code is fetched when it is first opened.
const ConfirmDialog = lazy(() => import('./ConfirmDialog'));

interface ConfirmProps extends ConfirmDialogProps {
  opened: boolean;
}

/** Asks before an act that cannot be undone. */
export function Confirm({ opened, ...dialog }: ConfirmProps) {
  if (!opened) return null;
  return (
    <Suspense>
      <ConfirmDialog {...dialog} />
    </Suspense>
  );
}
