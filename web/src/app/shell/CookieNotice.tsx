import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { configuration } from '../../lib/configuration';
import { read, write } from '../../lib/storage';
import classes from './CookieNotice.module.css';

/**
 * One technical cookie needs no consent: this is a notice, and dismissing it is remembered without a cookie (Z57). It covers
 * nothing, and boot.js hides the prerendered one from who has read it.
 */
export function CookieNotice() {
  const { t } = useTranslation();
  const [dismissed, setDismissed] = useState(() => read('cookie-notice') === 'read');
  if (dismissed) return null;
  return (
    <section aria-label={t('cookies.title')} className={classes['notice']} data-cookie-notice>
      <div className={classes['inner']}>
        <div>
          <p>
            {t('cookies.text')} <Link to="/cookies">{t('cookies.more')}</Link>
          </p>
          <p>{t('cookies.controller', { controller: configuration().legal.controller.name })}</p>
        </div>
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
