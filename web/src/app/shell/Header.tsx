import { Burger } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../features/session/api/session';
import { menusFor } from '../menu';
import { AccountMenu } from './AccountMenu';
import { Brand } from './Brand';
import classes from './Header.module.css';
import { LanguageSwitch } from './LanguageSwitch';
import { MainMenu } from './MainMenu';
import { SiteSearch } from './SiteSearch';
import { ThemeSwitch } from './ThemeSwitch';

// A dialog's code is fetched when it is first opened.
const MobileMenu = lazy(() => import('./MobileMenu'));

/** Logo and name, main menu, search, language, theme, account; a drawer holds the menus on a narrow screen. */
export function Header() {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const [open, drawer] = useDisclosure(false);
  const [wanted, setWanted] = useState(false);
  const menus = menusFor(session?.signedIn ? session : undefined);
  return (
    <header className={classes['header']}>
      <div className={classes['row']}>
        <Brand />
        <div className={classes['tools']}>
          <div className={classes['wide']}>
            <SiteSearch id="header-search" />
          </div>
          <div className={classes['wide']}>
            <LanguageSwitch />
          </div>
          <div className={classes['wide']}>
            <ThemeSwitch />
          </div>
          <AccountMenu />
          <Burger
            className={classes['burger'] ?? ''}
            opened={open}
            onClick={() => {
              setWanted(true);
              drawer.toggle();
            }}
            aria-label={open ? t('frame.closeMenu') : t('frame.openMenu')}
            aria-expanded={open}
            aria-haspopup="dialog"
          />
        </div>
      </div>
      <div className={classes['menus']}>
        <MainMenu menus={menus} />
      </div>
      {wanted && (
        <Suspense>
          <MobileMenu opened={open} onClose={drawer.close} menus={menus} />
        </Suspense>
      )}
    </header>
  );
}
