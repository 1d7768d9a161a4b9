import { Button } from '@mantine/core';
import { useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useConfiguration } from '../../features/site/api/configuration';
import { read, write } from '../../lib/storage';
import classes from './CookieNotice.module.css';

const never = () => () => undefined;
const wasRead = () => read('cookie-notice') === 'read';

/**
 * One technical cookie needs no consent: this is a notice, and dismissing it is remembered without a cookie (Z57). It covers
 * nothing, and boot.js hides it before the first paint from who has read it.
 */
export function CookieNotice() {
  const { t } = useTranslation();
  const { data: configuration } = useConfiguration();
  const [dismissed, setDismissed] = useState(false);
  const wasDismissed = useSyncExternalStore(never, wasRead, () => false);
  if (dismissed || wasDismissed) return null;
  return (
    <section aria-label={t('cookies.title')} className={classes['notice']} data-cookie-notice>
      <div className={classes['inner']}>
        <div>
          <p>
            {t('cookies.text')} <Link to="/cookies">{t('cookies.more')}</Link>
          </p>
          {/* A line of its own, which has its place before the name is known. */}
          <p>{configuration ? t('cookies.controller', { controller: configuration.legal.controller.name }) : '\u00a0'}</p>
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
