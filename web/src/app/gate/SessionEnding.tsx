import { Button, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../components/Dialog';
import { DialogActions } from '../../components/DialogActions';

interface SessionEndingProps {
  minutes: number;
  onStay: () => void;
}

/** The warning that the session is about to end. Closing it is going on. */
export default function SessionEnding({ minutes, onStay }: SessionEndingProps) {
  const { t } = useTranslation();
  return (
    <Dialog onClose={onStay} title={t('sessionWatch.title')}>
      <Stack>
        <p>{t('sessionWatch.text', { count: minutes })}</p>
        <DialogActions>
          <Button data-autofocus onClick={onStay}>
            {t('sessionWatch.stay')}
          </Button>
        </DialogActions>
      </Stack>
    </Dialog>
  );
}
