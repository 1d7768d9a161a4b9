import { Button, Group, Skeleton } from '@mantine/core';
import { useClickOutside, useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconUserCircle } from '@tabler/icons-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { Breakable } from '../../components/Breakable';
import { LinkButton } from '../../components/LinkButton';
import { useSession, type SignedIn } from '../../features/session/api/session';
import { useSignOut } from '../../features/session/api/sign-out';
import { signInPath } from '../../lib/return-path';
import classes from './AccountMenu.module.css';

/** Sign up and sign in for a visitor (A2); the account for who is signed in. */
export function AccountMenu() {
  const { data: session, isPending } = useSession();
  if (isPending) return <Skeleton width={120} height={44} />;
  return session?.signedIn ? <Account session={session} /> : <Entrance />;
}

function Entrance() {
  const { t } = useTranslation();
  const { pathname, search } = useLocation();
  return (
    <Group gap="xs" wrap="nowrap">
      <LinkButton to="/sign-up" variant="subtle" size="sm" className={classes['signUp'] ?? ''}>
        {t('page.signUp')}
      </LinkButton>
      <LinkButton to={signInPath(`${pathname}${search}`)} size="sm">
        {t('page.signIn')}
      </LinkButton>
    </Group>
  );
}

const pages = [
  { to: '/profile', label: 'page.profile' },
  { to: '/profile/preferences', label: 'page.preferences' },
  { to: '/profile/sessions', label: 'page.sessions' },
  { to: '/profile/organisations', label: 'page.organisations' },
] as const;

/** A button that discloses links: Escape and a click elsewhere close it, Tab walks through it. */
function Account({ session }: { session: SignedIn }) {
  const { t } = useTranslation();
  const signOut = useSignOut();
  const [open, menu] = useDisclosure(false);
  const place = useClickOutside(menu.close);
  const button = useRef<HTMLButtonElement>(null);
  return (
    // The keys belong to the button and links inside: Escape closes from any of them.
    // eslint-disable-next-line jsx-a11y-x/no-noninteractive-element-interactions
    <nav
      ref={place}
      aria-label={t('frame.account')}
      className={classes['account']}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        menu.close();
        button.current?.focus();
      }}
      onBlur={(event) => {
        if (open && event.relatedTarget && !event.currentTarget.contains(event.relatedTarget)) menu.close();
      }}
    >
      <Button
        ref={button}
        variant="default"
        size="sm"
        aria-expanded={open}
        onClick={menu.toggle}
        leftSection={<IconUserCircle aria-hidden size={20} />}
        rightSection={<IconChevronDown aria-hidden size={16} />}
      >
        <span className="visually-hidden">{t('frame.account')} </span>
        <span className={classes['name']}>{session.person.fullName}</span>
      </Button>
      {open && (
        <div className={classes['dropdown']}>
          <p className={classes['email']}>
            <Breakable text={session.person.email} />
          </p>
          <ul>
            {pages.map((page) => (
              <li key={page.to}>
                <Link to={page.to} onClick={menu.close}>
                  {t(page.label)}
                </Link>
              </li>
            ))}
            <li>
              <button type="button" onClick={() => signOut.mutate()}>
                {t('act.signOut')}
              </button>
            </li>
          </ul>
          {signOut.isError && (
            <p role="alert" className={classes['error']}>
              {t('failure.advice')}
            </p>
          )}
        </div>
      )}
    </nav>
  );
}
