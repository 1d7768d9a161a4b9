import type { SignedIn } from '../features/session/api/session';
import { namedPages, type NamedPage } from '../pages';

export interface Menu {
  /** Name of the menu in the header; the main one is spread out and needs none. */
  name: 'main' | 'administration' | 'platform';
  pages: NamedPage[];
}

/**
 * The menus of a visitor, a user, an organisation administrator and a platform administrator (A3-A7). A menu without pages is
 * not rendered.
 */
export function menusFor(person: SignedIn | undefined): Menu[] {
  const names: Menu['name'][] = ['main'];
  if (person?.memberships.some((m) => m.role === 'organisation_administrator')) names.push('administration');
  if (person?.platformAdministrator) names.push('platform');
  const visible = namedPages(person !== undefined);
  return names
    .map((name) => ({ name, pages: visible.filter((page) => page.menu === name) }))
    .filter((menu) => menu.pages.length > 0);
}
