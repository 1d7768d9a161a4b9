import { Button, Group, Modal, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface LeaveDialogProps {
  onStay: () => void;
  onLeave: () => void;
}

/** Leaving would lose what was typed. */
export default function LeaveDialog({ onStay, onLeave }: LeaveDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={onStay} title={t('form.leaveTitle')} closeButtonProps={{ 'aria-label': t('act.close') }}>
      <Stack>
        <p>{t('form.leaveText')}</p>
        <Group justify="flex-end">
          <Button variant="default" onClick={onLeave}>
            {t('form.leave')}
          </Button>
          <Button data-autofocus onClick={onStay}>
            {t('form.stay')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
