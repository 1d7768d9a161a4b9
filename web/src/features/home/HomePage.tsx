import { Waiting } from '../../components/Waiting';
import { useSession, wasSignedIn } from '../session/api/session';
import { UserHome } from './UserHome';
import { VisitorHome } from './VisitorHome';

/** The home page: what the platform is, or what waits for me (A1, S4). Until the session is known, and when it cannot be read, it is a visitor's. */
export default function HomePage() {
  const { data: session, isPending } = useSession();
  if (isPending && wasSignedIn()) return <Waiting shape={[320, 200]} />;
  return session?.signedIn ? <UserHome session={session} /> : <VisitorHome />;
}
