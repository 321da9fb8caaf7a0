import { CloudError } from '@novadock/model';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { signIn, type Session } from '../session.ts';
import { Logo } from './logo.tsx';

export function SignIn({ notice, onSignedIn }: { notice: string; onSignedIn: (session: Session) => void }) {
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const password = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    document.title = 'Sign in · Novadock';
    password.current?.focus();
  }, []);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy || !(event.currentTarget instanceof HTMLFormElement)) return;
    const given = new FormData(event.currentTarget);
    const field = (name: string) => String(given.get(name) ?? '');
    setBusy(true);
    setProblem('');
    try {
      onSignedIn(await signIn({ user: field('username'), password: field('password'), project: field('project') }));
    } catch (error) {
      setBusy(false);
      setProblem(error instanceof CloudError ? error.message : String(error));
      password.current?.select();
    }
  };
  // A form that is sent without our code must not put the password into the URL.
  return (
    <main class="sign-in">
      <form class="card" method="post" onSubmit={(event) => void submit(event)}>
        <h1><Logo /> Novadock</h1>
        {notice !== '' && <p class="notice" role="status">{notice}</p>}
        <label>User<input name="username" autocomplete="username" autocapitalize="none" required value="admin" /></label>
        <label>Password<input name="password" type="password" autocomplete="current-password" required ref={password} aria-describedby="where" /></label>
        <label>Project<input name="project" autocapitalize="none" required value="admin" /></label>
        <p class="problem" role="alert">{problem}</p>
        <button class="primary" type="submit" aria-disabled={busy}>{busy ? 'Signing in…' : 'Sign in'}</button>
        <p class="muted" id="where">The administrator’s password is in the file <code>openrc</code> on the machine of the control plane; <code>npm start</code> says where.</p>
      </form>
    </main>
  );
}
