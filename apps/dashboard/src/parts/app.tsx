import { useState } from 'preact/hooks';
import { keepSession, loadSession, type Session } from '../session.ts';
import { Dashboard } from './dashboard.tsx';
import { SignIn } from './sign-in.tsx';

/** The page: the form to sign in, or the fleet. */
export function App() {
  const [session, setSession] = useState<Session | undefined>(loadSession);
  const [notice, setNotice] = useState('');
  const change = (next: Session | undefined, why: string) => {
    keepSession(next);
    setSession(next);
    setNotice(why);
  };
  if (session === undefined) return <SignIn notice={notice} onSignedIn={(next) => change(next, '')} />;
  return <Dashboard session={session} onEnd={(why) => change(undefined, why)} />;
}
