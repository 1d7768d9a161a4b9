import { useTranslation } from 'react-i18next';
import { Outlet, ScrollRestoration } from 'react-router';
import { Gate } from '../gate/Gate';
import { CookieNotice } from './CookieNotice';
import { Footer } from './Footer';
import { Header } from './Header';
import { NavigationProgress } from './NavigationProgress';
import classes from './Shell.module.css';

/** The frame of every page. */
export function Shell() {
  const { t } = useTranslation();
  return (
    <div className={classes['shell']}>
      <a href="#content" className={classes['skip']}>
        {t('frame.skip')}
      </a>
      <NavigationProgress />
      <CookieNotice />
      <Header />
      <main id="content" tabIndex={-1} className={classes['content']}>
        <div className={classes['inner']}>
          <Gate>
            <Outlet />
          </Gate>
        </div>
      </main>
      <Footer />
      <ScrollRestoration />
    </div>
  );
}
