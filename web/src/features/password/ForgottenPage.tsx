import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../../components/Page';
import { MailForm } from '../registration/MailForm';
import { MailSent } from '../registration/MailSent';
import { useRequestReset } from './api/request-reset';

/** Forgotten password: asks for a link (C17, Z1). */
export default function ForgottenPage() {
  const { t } = useTranslation('account');
  const request = useRequestReset();
  const [sent, setSent] = useState<{ email: string; minutes: number } | null>(null);
  if (sent) return <MailSent kind="reset" {...sent} />;
  return (
    <Page width="form" lead={<p>{t('forgotten.lead')}</p>}>
      <MailForm
        captchaForm="password-reset"
        label={t('forgotten.title')}
        submit={t('forgotten.submit')}
        send={async (body) => {
          const { linkLifetimeMinutes } = await request.mutateAsync(body);
          setSent({ email: body.email, minutes: linkLifetimeMinutes });
        }}
      />
    </Page>
  );
}
