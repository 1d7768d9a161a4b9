import type { ReactNode } from 'react';
import { lazy, Suspense } from 'react';
import { useLocation } from 'react-router';
import { Waiting } from '../../components/Waiting';
import { useSignedIn } from '../../features/session/api/session';
import { SessionWatch } from './SessionWatch';

const TermsGate = lazy(() => import('../../features/terms/TermsGate'));
const ForcedPasswordPage = lazy(() => import('../../features/password/ForcedPasswordPage'));

/** What stays open while the terms are not accepted or the password must be changed (Z37). */
const alwaysOpen = ['/conditions', '/legal', '/accessibility', '/cookies', '/sitemap', '/problems', '/search', '/profile/data'];

function isAlwaysOpen(path: string): boolean {
  return alwaysOpen.some((open) => path === open || path.startsWith(`${open}/`));
}

/** Stands before every page: a password made by others is changed first, then the terms are accepted or refused. */
export function Gate({ children }: { children: ReactNode }) {
  const session = useSignedIn();
  const { pathname } = useLocation();
  if (!session) return children;
  const open = isAlwaysOpen(pathname);
  return (
    <>
      <SessionWatch session={session} />
      <Suspense fallback={<Waiting shape={[40, 24, 240]} />}>
        {open || !session.passwordMustChange ? null : <ForcedPasswordPage />}
        {open || session.passwordMustChange || !session.termsPending ? null : <TermsGate />}
      </Suspense>
      {open || (!session.passwordMustChange && !session.termsPending) ? children : null}
    </>
  );
}
