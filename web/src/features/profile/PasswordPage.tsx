import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Notice } from '../../components/Notice';
import { Panel } from '../../components/Panel';
import { PasswordForm } from '../password/PasswordForm';

/** Change my password (C14–C16). */
export default function PasswordPage() {
  const { t } = useTranslation('account');
  return (
    <Panel title={t('change.title')}>
      <Stack gap="lg" maw="var(--form-width)">
        <Notice meaning="information">
          <p>{t('change.consequence')}</p>
        </Notice>
        <PasswordForm />
      </Stack>
    </Panel>
  );
}
