import { useQueryClient } from '@tanstack/react-query';
import { Navigate, Outlet, useLocation } from 'react-router';
import { Failure } from '../../components/Failure';
import { Waiting } from '../../components/Waiting';
import { isLeadingOn, useSession } from '../../features/session/api/session';
import { signInPath } from '../../lib/return-path';

/** Pages of signed-in people: a visitor is asked to sign in and comes back to the very page (C7). */
export function RequireUser() {
  const client = useQueryClient();
  const session = useSession();
  const location = useLocation();
  if (session.isPending || isLeadingOn(client, location)) return <Waiting shape={[40, 24, 240]} />;
  if (session.isError) return <Failure error={session.error} retry={() => void session.refetch()} />;
  if (!session.data.signedIn) return <Navigate to={signInPath(`${location.pathname}${location.search}`)} replace />;
  return <Outlet />;
}
