import { Divider, Drawer, Group, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
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
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size="min(360px, 100%)"
      title={t('frame.menu')}
      closeButtonProps={{ 'aria-label': t('frame.closeMenu') }}
    >
      <Stack gap="lg">
        <SiteSearch id="drawer-search" onSearch={onClose} />
        <MainMenu menus={menus} stacked onChoice={onClose} />
        <Divider />
        <Group justify="space-between">
          <LanguageSwitch />
          <ThemeSwitch />
        </Group>
      </Stack>
    </Drawer>
  );
}
