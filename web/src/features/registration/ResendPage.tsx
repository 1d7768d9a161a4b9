import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../../components/Page';
import { useResendConfirmation } from './api/resend';
import { MailForm } from './MailForm';
import { MailSent } from './MailSent';

/** Asks for the confirmation mail again. */
export default function ResendPage() {
  const { t } = useTranslation('account');
  const resend = useResendConfirmation();
  const [sent, setSent] = useState<{ email: string; minutes: number } | null>(null);
  if (sent) return <MailSent kind="confirmation" {...sent} />;
  return (
    <Page width="form" lead={<p>{t('resend.lead')}</p>}>
      <MailForm
        captchaForm="resend"
        label={t('resend.title')}
        submit={t('resend.submit')}
        send={async (body) => {
          const { linkLifetimeMinutes } = await resend.mutateAsync(body);
          setSent({ email: body.email, minutes: linkLifetimeMinutes });
        }}
      />
    </Page>
  );
}
