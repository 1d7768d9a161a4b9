import { Button, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from './Dialog';
import { DialogActions } from './DialogActions';
import { Failure } from './Failure';

export interface ConfirmDialogProps {
  title: string;
  /** What will happen, and to how many. */
  children: ReactNode;
  /** Repeats the verb. */
  verb: string;
  pending: boolean;
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before an act that cannot be undone. */
export default function ConfirmDialog({ title, children, verb, pending, error, onConfirm, onClose }: ConfirmDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog onClose={onClose} title={title}>
      <Stack>
        <div>{children}</div>
        {error !== null && error !== undefined && <Failure error={error} live />}
        <DialogActions>
          <Button variant="default" onClick={onClose}>
            {t('act.cancel')}
          </Button>
          <Button className="danger" loading={pending} onClick={onConfirm}>
            {verb}
          </Button>
        </DialogActions>
      </Stack>
    </Dialog>
  );
}
