import { Button, Group, Modal, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface SessionEndingProps {
  minutes: number;
  onStay: () => void;
}

/** The warning that the session is about to end. Closing it is going on. */
export default function SessionEnding({ minutes, onStay }: SessionEndingProps) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={onStay} title={t('sessionWatch.title')} closeButtonProps={{ 'aria-label': t('act.close') }}>
      <Stack>
        <p>{t('sessionWatch.text', { count: minutes })}</p>
        <Group justify="flex-end">
          <Button data-autofocus onClick={onStay}>
            {t('sessionWatch.stay')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
