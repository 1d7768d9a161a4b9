import type { SignedIn } from '../features/session/api/session';
import type common from '../locales/fr/common';

type Label = `page.${keyof (typeof common)['page']}`;

export interface Entry {
  label: Label;
  to: string;
}

export interface Menu {
  /** Name of the menu in the header; the main one is spread out and needs none. */
  name: 'main' | 'administration' | 'platform';
  entries: Entry[];
}

/**
 * The menus of a visitor, a user, an organisation administrator and a platform administrator (A3-A7). An entry is added
 * here with its feature, never before (Z58), and a menu without entries is not drawn.
 */
export function menusFor(person: SignedIn | undefined): Menu[] {
  const main: Entry[] = [{ label: 'page.home', to: '/' }];
  if (person) main.push({ label: 'page.applications', to: '/applications' });
  main.push({ label: 'page.problems', to: '/problems' });

  const menus: Menu[] = [{ name: 'main', entries: main }];
  if (person?.memberships.some((m) => m.role === 'organisation_administrator')) {
    menus.push({ name: 'administration', entries: [] });
  }
  if (person?.platformAdministrator) menus.push({ name: 'platform', entries: [] });
  return menus.filter((menu) => menu.entries.length > 0);
}
