import { useTranslation } from 'react-i18next';
import { Outlet, useLocation } from 'react-router';
import { LinkTabs } from '../../components/LinkTabs';
import { Page } from '../../components/Page';

/** My account: one page with tabs that have addresses (C8, C9). */
export default function ProfileLayout() {
  const { t } = useTranslation('profile');
  const { pathname } = useLocation();
  const tabs = [
    { label: t('tab.details'), to: '/profile' },
    { label: t('tab.preferences'), to: '/profile/preferences' },
    { label: t('tab.password'), to: '/profile/password' },
    { label: t('tab.sessions'), to: '/profile/sessions' },
    { label: t('tab.organisations'), to: '/profile/organisations' },
    { label: t('tab.data'), to: '/profile/data' },
  ];
  const here = tabs.find((tab) => tab.to === pathname.replace(/\/$/, ''));
  const root = here && here.to !== '/profile';
  return (
    <Page title={root ? here.label : t('title')} trail={root ? [{ label: t('title'), to: '/profile' }] : []}>
      <LinkTabs label={t('title')} tabs={tabs} />
      <Outlet />
    </Page>
  );
}
