import { Button, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../components/Dialog';
import { DialogActions } from '../../components/DialogActions';
import { Link } from 'react-router';
import { Failure } from '../../components/Failure';
import { Loaded } from '../../components/Loaded';
import { Markdown } from '../../components/Markdown';
import { currentLanguage } from '../../locales/i18n';
import { day } from '../../lib/time';
import { useSignOut } from '../session/api/sign-out';
import { useAcceptTerms, useTerms } from './api/terms';
import classes from './TermsGate.module.css';

/**
 * The pop-in with the portal's terms (C4–C6): at the first sign-in and whenever they change. Accepting opens the site,
 * refusing signs out; there is no third way out of it.
 */
export default function TermsGate() {
  const { t } = useTranslation('account');
  const terms = useTerms();
  const accept = useAcceptTerms();
  const signOut = useSignOut('/sign-in', { reason: 'terms-refused' });
  return (
    <Dialog size="lg" title={t('terms.title')}>
      <Stack>
        <p className={classes['lead']}>{t('terms.lead')}</p>
        {/* A scrolled region must be reachable by keyboard. */}
        {/* eslint-disable-next-line jsx-a11y-x/no-noninteractive-tabindex */}
        <div className={classes['text']} tabIndex={0} role="region" aria-label={t('terms.text')}>
          <Loaded query={terms} shape={[24, 96, 24, 96]}>
            {(current) => (
              <>
                <p className={classes['version']}>
                  {t('terms.version', { version: current.version, day: day(current.publishedAt, currentLanguage()) })}
                </p>
                <Markdown text={current.markdown[currentLanguage()]} top={3} />
              </>
            )}
          </Loaded>
        </div>
        {accept.isError && <Failure error={accept.error} live />}
        {signOut.isError && <Failure error={signOut.error} live />}
        <p className={classes['lead']}>
          <Link to="/profile/data">{t('terms.data')}</Link>
        </p>
        <DialogActions>
          <Button variant="default" loading={signOut.isPending} onClick={() => signOut.mutate()}>
            {t('terms.refuse')}
          </Button>
          <Button loading={accept.isPending} disabled={!terms.data} onClick={() => terms.data && accept.mutate(terms.data.hash)}>
            {t('terms.accept')}
          </Button>
        </DialogActions>
      </Stack>
    </Dialog>
  );
}
