import { useTranslation } from 'react-i18next';
import { Outlet, useLocation } from 'react-router';
import type profile from '../../locales/fr/profile';
import { namedPages } from '../../pages';
import { LinkTabs } from '../../components/LinkTabs';
import { Page } from '../../components/Page';

type Tab = keyof (typeof profile)['tab'];

/** My account: one page with tabs that have addresses (C8, C9). */
export default function ProfileLayout() {
  const { t } = useTranslation('profile');
  const { pathname } = useLocation();
  const tabs = namedPages(true)
    .filter((page) => page.layout === 'profile')
    .map(({ path, title }) => ({ label: t(`tab.${title as Tab}`), to: path }));
  const here = tabs.find((tab) => tab.to === pathname.replace(/\/$/, ''));
  const root = here && here.to !== '/profile';
  return (
    <Page title={root ? here.label : t('title')} trail={root ? [{ label: t('title'), to: '/profile' }] : []}>
      <LinkTabs label={t('title')} tabs={tabs} />
      <Outlet />
    </Page>
  );
}
