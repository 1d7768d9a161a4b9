import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useConfiguration } from '../../features/site/api/configuration';
import { read, write } from '../../lib/storage';
import classes from './CookieNotice.module.css';

/** One technical cookie needs no consent: this is a notice, and dismissing it is remembered without a cookie (Z57). */
export function CookieNotice() {
  const { t } = useTranslation();
  const { data: configuration, isPending } = useConfiguration();
  const [dismissed, setDismissed] = useState(() => read('cookie-notice') === 'read');
  if (dismissed || isPending) return null;
  return (
    <section aria-label={t('cookies.title')} className={classes['notice']} data-cookie-notice>
      <div className={classes['inner']}>
        <p>
          {t('cookies.text')} {configuration && t('cookies.controller', { controller: configuration.legal.controller.name })}{' '}
          <Link to="/cookies">{t('cookies.more')}</Link>
        </p>
        <Button
          variant="default"
          onClick={() => {
            write('cookie-notice', 'read');
            setDismissed(true);
          }}
        >
          {t('cookies.dismiss')}
        </Button>
      </div>
    </section>
  );
}
