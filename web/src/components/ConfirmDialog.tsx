import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure } from './Failure';

export interface ConfirmDialogProps {
  opened: boolean;
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
export default function ConfirmDialog({ opened, title, children, verb, pending, error, onConfirm, onClose }: ConfirmDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('act.close') }}>
      <Stack>
        <div>{children}</div>
        {error !== null && error !== undefined && <Failure error={error} live />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('act.cancel')}
          </Button>
          <Button className="danger" loading={pending} onClick={onConfirm}>
            {verb}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
