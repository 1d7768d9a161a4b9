import { Button } from '@mantine/core';
import { useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useConfiguration } from '../../features/site/api/configuration';
import { read, write } from '../../lib/storage';
import classes from './CookieNotice.module.css';

const never = () => () => undefined;
const wasRead = () => read('cookie-notice') === 'read';

/** One technical cookie needs no consent: this is a notice, and dismissing it is remembered without a cookie (Z57). boot.js hides it until then. */
export function CookieNotice() {
  const { t } = useTranslation();
  const { data: configuration } = useConfiguration();
  const [dismissed, setDismissed] = useState(false);
  const wasDismissed = useSyncExternalStore(never, wasRead, () => false);
  if (dismissed || wasDismissed) return null;
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
