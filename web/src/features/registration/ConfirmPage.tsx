import { Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { Form } from '../../components/form/Form';
import { PasswordField } from '../../components/form/PasswordField';
import { SubmitButton } from '../../components/form/SubmitButton';
import { useApiForm } from '../../components/form/useApiForm';
import { LinkButton } from '../../components/LinkButton';
import { Notice } from '../../components/Notice';
import { Page } from '../../components/Page';
import { useConfirm } from './api/confirm';
import type { Message } from '../../lib/location';

/** The link of the confirmation mail: the password chosen at registration confirms and signs in (Z43). */
export default function ConfirmPage() {
  const { t } = useTranslation('account');
  const { token = '' } = useParams();
  const navigate = useNavigate();
  const confirm = useConfirm();
  const form = useApiForm({
    initial: { password: '' },
    labels: { password: t('field.password') },
    validate: ({ password }) => (password === '' ? { password: 'required' } : {}),
    send: async ({ password }) => {
      await confirm.mutateAsync({ token, password });
      await navigate('/', { replace: true, state: { confirmed: true } satisfies Message });
    },
  });

  const dead = form.failure?.code === 'link_invalid' || form.failure?.fields.some((f) => f.field === 'token') === true;
  if (dead) {
    return (
      <Page title={t('confirm.title')} width="form" replacing>
        <Notice meaning="warning" title={t('confirm.deadTitle')} live>
          <p>{t('confirm.deadText')}</p>
          <Group gap="sm" mt="sm">
            <LinkButton to="/confirm">{t('confirm.again')}</LinkButton>
            <LinkButton to="/sign-in" variant="default">
              {t('signIn.submit')}
            </LinkButton>
          </Group>
        </Notice>
      </Page>
    );
  }
  return (
    <Page title={t('confirm.title')} width="form" lead={<p>{t('confirm.lead')}</p>}>
      <Form form={form} label={t('confirm.title')}>
        <PasswordField
          {...form.field('password')}
          label={t('field.password')}
          description={t('confirm.passwordHelp')}
          autoComplete="current-password"
        />
        <SubmitButton sending={form.sending}>{t('confirm.submit')}</SubmitButton>
      </Form>
    </Page>
  );
}
