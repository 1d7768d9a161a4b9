import { useTranslation } from 'react-i18next';
import { Form } from '../../components/form/Form';
import { NewPasswordField } from '../../components/form/NewPasswordField';
import { PasswordField } from '../../components/form/PasswordField';
import { SubmitButton } from '../../components/form/SubmitButton';
import { useApiForm } from '../../components/form/useApiForm';
import { checkNewPassword } from '../../lib/checks';
import { useChangePassword } from './api/change';

/** Current, new and confirmed password (C15). */
export function PasswordForm() {
  const { t } = useTranslation('account');
  const change = useChangePassword();
  const form = useApiForm({
    initial: { currentPassword: '', newPassword: '', confirmation: '' },
    labels: {
      currentPassword: t('field.currentPassword'),
      newPassword: t('field.newPassword'),
      confirmation: t('field.confirmation'),
    },
    validate: (values) => {
      const password =
        values.newPassword === values.currentPassword && values.newPassword !== ''
          ? 'password_unchanged'
          : checkNewPassword(values.newPassword);
      return {
        ...(values.currentPassword === '' ? { currentPassword: 'required' as const } : {}),
        ...(password ? { newPassword: password } : {}),
        ...(values.confirmation === values.newPassword ? {} : { confirmation: 'mismatch' as const }),
      };
    },
    send: ({ currentPassword, newPassword }) => change.mutateAsync({ currentPassword, newPassword }),
  });
  return (
    <Form form={form} label={t('change.title')}>
      <PasswordField {...form.field('currentPassword')} label={t('field.currentPassword')} autoComplete="current-password" />
      <NewPasswordField {...form.field('newPassword')} label={t('field.newPassword')} />
      <PasswordField {...form.field('confirmation')} label={t('field.confirmation')} autoComplete="new-password" />
      <SubmitButton sending={form.sending}>{t('change.submit')}</SubmitButton>
    </Form>
  );
}
