import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Page } from '../../components/Page';
import { Notice } from '../../components/Notice';

interface MailSentProps {
  kind: 'confirmation' | 'reset';
  email: string;
  /** How long the link is good. */
  minutes: number;
}

/** What comes next after asking for a mail. It says the same for every address (RG-01, RG-03). */
export function MailSent({ kind, email, minutes }: MailSentProps) {
  const { t } = useTranslation('account');
  const duration = minutes >= 120 ? t('mail.hours', { count: Math.round(minutes / 60) }) : t('mail.minutes', { count: minutes });
  return (
    <Page title={t('mail.title')} width="form" replacing>
      <Notice meaning="success" live>
        <p>{t(`mail.${kind}`, { email })}</p>
      </Notice>
      <h2>{t('mail.next')}</h2>
      <ol>
        <li>{t('mail.open')}</li>
        <li>{t(kind === 'confirmation' ? 'mail.followConfirmation' : 'mail.followReset', { duration })}</li>
        {kind === 'confirmation' && <li>{t('mail.application')}</li>}
      </ol>
      <h2>{t('mail.nothing')}</h2>
      <p>{t('mail.junk')}</p>
      <p>
        <Link to={kind === 'confirmation' ? '/confirm' : '/forgotten'} reloadDocument={kind === 'reset'}>
          {t('mail.again')}
        </Link>
      </p>
    </Page>
  );
}
