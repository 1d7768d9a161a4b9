import type { ReactNode } from 'react';
import { lazy, Suspense, useState } from 'react';
import { matchPath, useLocation } from 'react-router';
import { Waiting } from '../../components/Waiting';
import { useSignedIn } from '../../features/session/api/session';
import { pages } from '../../pages';
import { SessionWatch } from './SessionWatch';

const TermsGate = lazy(() => import('../../features/terms/TermsGate'));
const ForcedPasswordPage = lazy(() => import('../../features/password/ForcedPasswordPage'));

/** Whether a page stays reachable while the terms are not accepted or the password must be changed (Z37). */
function isAlwaysOpen(address: string): boolean {
  return pages.some(({ path, beforeTerms }) => beforeTerms === true && matchPath(path, address) !== null);
}

/**
 * Stands before every page: a password made by others is changed first, then the terms are accepted or refused. A page that
 * is open when the terms change stays behind the pop-in, so that nothing typed is lost.
 */
export function Gate({ children }: { children: ReactNode }) {
  const session = useSignedIn();
  const { pathname } = useLocation();
  const open = isAlwaysOpen(pathname);
  const pending = session !== undefined && (session.passwordMustChange || session.termsPending);
  const [seen, setSeen] = useState(''); // the page that was last before who is signed in
  if (session && !pending && seen !== pathname) setSeen(pathname);
  // Of one shape for visitors too: the page is not rendered again when the session is known.
  return (
    <>
      {session && <SessionWatch session={session} />}
      {pending && !open && (
        <Suspense fallback={<Waiting shape={[40, 24, 240]} />}>
          {session.passwordMustChange ? <ForcedPasswordPage /> : <TermsGate />}
        </Suspense>
      )}
      {open || !pending || (!session.passwordMustChange && seen === pathname) ? children : null}
    </>
  );
}
