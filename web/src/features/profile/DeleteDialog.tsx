import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Breakable } from '../../components/Breakable';
import { Dialog } from '../../components/Dialog';
import { DialogActions } from '../../components/DialogActions';
import { Form } from '../../components/form/Form';
import { PasswordField } from '../../components/form/PasswordField';
import { useApiForm } from '../../components/form/useApiForm';
import { useDeleteAccount } from './api/data';

interface DeleteDialogProps {
  /** What stops working. */
  applications: string[];
  onClose: () => void;
}

/** The most dangerous act of the profile wants the password. */
export default function DeleteDialog({ applications, onClose }: DeleteDialogProps) {
  const { t } = useTranslation('profile');
  const remove = useDeleteAccount();
  const form = useApiForm({
    initial: { password: '' },
    labels: { password: t('data.password') },
    validate: ({ password }) => (password === '' ? { password: 'required' } : {}),
    send: (body) => remove.mutateAsync(body),
  });
  return (
    <Dialog onClose={onClose} title={t('data.dialogTitle')}>
      <p>{t('data.dialogText', { count: applications.length })}</p>
      {applications.length > 0 && (
        <ul>
          {applications.map((name) => (
            <li key={name}>
              <Breakable text={name} />
            </li>
          ))}
        </ul>
      )}
      <Form form={form} label={t('data.dialogTitle')}>
        <PasswordField {...form.field('password')} label={t('data.password')} autoComplete="current-password" />
        <DialogActions>
          <Button variant="default" onClick={onClose}>
            {t('data.keep')}
          </Button>
          <Button type="submit" className="danger" loading={form.sending}>
            {t('data.deleteButton')}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
