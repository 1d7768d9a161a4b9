import { Button, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Notice } from '../../components/Notice';
import { Page } from '../../components/Page';
import { useSignOut } from '../session/api/sign-out';
import { PasswordForm } from './PasswordForm';

/** A password that somebody else made must be changed before anything else (C20, Z28). */
export default function ForcedPasswordPage() {
  const { t } = useTranslation('account');
  const signOut = useSignOut();
  return (
    <Page title={t('forced.title')} width="form" replacing>
      <Stack gap="lg">
        <Notice meaning="information">
          <p>{t('forced.text')}</p>
        </Notice>
        <PasswordForm />
        <div>
          <Button variant="subtle" onClick={() => signOut.mutate()}>
            {t('forced.signOut')}
          </Button>
        </div>
      </Stack>
    </Page>
  );
}
