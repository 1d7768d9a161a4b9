import { Button, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../Dialog';
import { DialogActions } from '../DialogActions';

interface LeaveDialogProps {
  onStay: () => void;
  onLeave: () => void;
}

/** Leaving would lose what was typed. */
export default function LeaveDialog({ onStay, onLeave }: LeaveDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog onClose={onStay} title={t('form.leaveTitle')}>
      <Stack>
        <p>{t('form.leaveText')}</p>
        <DialogActions>
          <Button variant="default" onClick={onLeave}>
            {t('form.leave')}
          </Button>
          <Button data-autofocus onClick={onStay}>
            {t('form.stay')}
          </Button>
        </DialogActions>
      </Stack>
    </Dialog>
  );
}
