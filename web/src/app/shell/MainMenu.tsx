import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import type { Menu } from '../menu';
import classes from './MainMenu.module.css';

interface MainMenuProps {
  menus: Menu[];
  /** Under each other, with the names of the menus, for the drawer. */
  stacked?: boolean;
  onChoice?: () => void;
}

/** The menus as lists of links; the current page is marked. */
export function MainMenu({ menus, stacked = false, onChoice }: MainMenuProps) {
  const { t } = useTranslation();
  return (
    <nav aria-label={t('frame.mainMenu')} className={classes['menu']} data-stacked={stacked}>
      {menus.map((menu) => (
        <div key={menu.name} className={classes['group']}>
          {menu.name !== 'main' && <p className={classes['name']}>{t(`menu.${menu.name}`)}</p>}
          <ul>
            {menu.pages.map(({ path, title }) => (
              <li key={path}>
                <NavLink to={path} end={path === '/'} onClick={onChoice}>
                  {t(`page.${title}`)}
                </NavLink>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
