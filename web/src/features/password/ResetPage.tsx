import { Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { ApiError } from '../../api/problem';
import { Failure } from '../../components/Failure';
import { Form } from '../../components/form/Form';
import { NewPasswordField } from '../../components/form/NewPasswordField';
import { PasswordField } from '../../components/form/PasswordField';
import { SubmitButton } from '../../components/form/SubmitButton';
import { useApiForm } from '../../components/form/useApiForm';
import { LinkButton } from '../../components/LinkButton';
import { Notice } from '../../components/Notice';
import { Page } from '../../components/Page';
import { Waiting } from '../../components/Waiting';
import type { Message } from '../../lib/location';
import { checkNewPassword } from '../../lib/checks';
import { useResetLink, useResetPassword } from './api/reset';

/** The link of the reset mail: opening it consumes nothing, sending the form does (Z1, RG-05). */
export default function ResetPage() {
  const { t } = useTranslation('account');
  const { token = '' } = useParams();
  const link = useResetLink(token);
  const reset = useResetPassword(token);
  const navigate = useNavigate();
  const form = useApiForm({
    initial: { newPassword: '', confirmation: '' },
    labels: { newPassword: t('field.newPassword'), confirmation: t('field.confirmation') },
    validate: (values) => {
      const password = checkNewPassword(values.newPassword);
      return {
        ...(password ? { newPassword: password } : {}),
        ...(values.confirmation === values.newPassword ? {} : { confirmation: 'mismatch' as const }),
      };
    },
    send: async ({ newPassword }) => {
      await reset.mutateAsync({ newPassword });
      await navigate('/sign-in', { replace: true, state: { reason: 'password-reset' } satisfies Message });
    },
  });

  const refusal = form.failure ?? (link.isError ? ApiError.from(link.error) : null);
  if (refusal && (refusal.code === 'link_invalid' || refusal.code === 'validation' || refusal.code === 'not_found')) {
    return (
      <Page title={t('reset.title')} width="form">
        <Notice meaning="warning" title={t('reset.deadTitle')} live>
          <p>{t('reset.deadText')}</p>
          <Group mt="sm">
            <LinkButton to="/forgotten">{t('reset.again')}</LinkButton>
          </Group>
        </Notice>
      </Page>
    );
  }
  return (
    <Page title={t('reset.title')} width="form" lead={<p>{t('reset.lead')}</p>}>
      {link.isPending && <Waiting shape={[72, 72, 44]} />}
      {link.isError && <Failure error={link.error} retry={() => void link.refetch()} />}
      {link.isSuccess && (
        <Form form={form} label={t('reset.title')}>
          <NewPasswordField {...form.field('newPassword')} label={t('field.newPassword')} />
          <PasswordField {...form.field('confirmation')} label={t('field.confirmation')} autoComplete="new-password" />
          <SubmitButton sending={form.sending}>{t('reset.submit')}</SubmitButton>
        </Form>
      )}
    </Page>
  );
}
