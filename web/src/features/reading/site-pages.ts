import type { SignedIn } from '../session/api/session';
import type common from '../../locales/fr/common';

type Label = keyof (typeof common)['page'];

export interface SitePage {
  label: Label;
  to: string;
}

export type GroupName = 'start' | 'account' | 'help' | 'commitments';

interface Group {
  name: GroupName;
  pages: SitePage[];
}

/** Every page that the reader can open, by group: the site map and the search read it (A9). */
export function sitePages(person: SignedIn | undefined): Group[] {
  const start: SitePage[] = [{ label: 'home', to: '/' }];
  if (person) start.push({ label: 'applications', to: '/applications' });
  const account: SitePage[] = person
    ? [
        { label: 'profile', to: '/profile' },
        { label: 'preferences', to: '/profile/preferences' },
        { label: 'password', to: '/profile/password' },
        { label: 'sessions', to: '/profile/sessions' },
        { label: 'organisations', to: '/profile/organisations' },
        { label: 'data', to: '/profile/data' },
      ]
    : [
        { label: 'signUp', to: '/sign-up' },
        { label: 'signIn', to: '/sign-in' },
        { label: 'forgotten', to: '/forgotten' },
        { label: 'confirm', to: '/confirm' },
      ];
  return [
    { name: 'start', pages: start },
    { name: 'account', pages: account },
    {
      name: 'help',
      pages: [
        { label: 'problems', to: '/problems' },
        { label: 'search', to: '/search' },
        { label: 'sitemap', to: '/sitemap' },
      ],
    },
    {
      name: 'commitments',
      pages: [
        { label: 'legal', to: '/legal' },
        { label: 'accessibility', to: '/accessibility' },
        { label: 'conditions', to: '/conditions' },
        { label: 'cookies', to: '/cookies' },
      ],
    },
  ];
}
