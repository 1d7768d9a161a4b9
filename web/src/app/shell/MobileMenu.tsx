import { Divider, Drawer, Group, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LinkButton } from '../../components/LinkButton';
import { useSignedIn } from '../../features/session/api/session';
import type { Menu } from '../menu';
import { LanguageSwitch } from './LanguageSwitch';
import { MainMenu } from './MainMenu';
import { SiteSearch } from './SiteSearch';
import { ThemeSwitch } from './ThemeSwitch';

interface MobileMenuProps {
  opened: boolean;
  onClose: () => void;
  menus: Menu[];
}

/** The menus, the search and the switches on a narrow screen. */
export default function MobileMenu({ opened, onClose, menus }: MobileMenuProps) {
  const { t } = useTranslation();
  const person = useSignedIn();
  return (
    <Drawer.Root opened={opened} onClose={onClose} position="right" size="min(360px, 100%)">
      <Drawer.Overlay />
      <Drawer.Content>
        {/* Not the library's header: it would be a second banner of the page. */}
        <Group justify="space-between" p="md">
          <Drawer.Title>{t('frame.menu')}</Drawer.Title>
          <Drawer.CloseButton aria-label={t('frame.closeMenu')} />
        </Group>
        <Drawer.Body>
          <Stack gap="lg">
            <SiteSearch id="drawer-search" onSearch={onClose} />
            <MainMenu menus={menus} stacked onChoice={onClose} />
            {!person && (
              <LinkButton to="/sign-up" variant="default" onClick={onClose}>
                {t('page.signUp')}
              </LinkButton>
            )}
            <Divider />
            <Group justify="space-between">
              <LanguageSwitch />
              <ThemeSwitch />
            </Group>
          </Stack>
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}
