import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { lastAnswer } from '../../api/activity';
import { leave, useRefreshSession, type SignedIn } from '../../features/session/api/session';

// A dialog's code is fetched when it is first opened.
const SessionEnding = lazy(() => import('./SessionEnding'));

const warnSeconds = 120;

/** Seconds until the session ends by itself: idle, or at its absolute end. */
function remaining(session: SignedIn, now: number): number {
  const idleEnd = lastAnswer() + session.idleSeconds * 1000;
  return Math.floor((Math.min(idleEnd, new Date(session.endsAt).getTime()) - now) / 1000);
}

/** Warns two minutes before the session ends and offers to go on (WCAG 2.2.1); afterwards the page knows that it ended. */
export function SessionWatch({ session }: { session: SignedIn }) {
  const client = useQueryClient();
  const refresh = useRefreshSession();
  const [left, setLeft] = useState(() => remaining(session, Date.now()));

  useEffect(() => {
    const timer = setInterval(() => {
      const seconds = remaining(session, Date.now());
      setLeft(seconds);
      if (seconds <= 0) leave(client);
    }, 5000);
    return () => clearInterval(timer);
  }, [session, client]);

  const stay = () => void refresh().then(() => setLeft(remaining(session, Date.now())));
  if (left <= 0 || left > warnSeconds) return null;
  return (
    <Suspense>
      <SessionEnding minutes={Math.ceil(left / 60)} onStay={stay} />
    </Suspense>
  );
}
