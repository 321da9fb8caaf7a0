import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { createApi } from '../create-api.ts';
import { followFleet, type FleetState } from '../follow-fleet.ts';
import type { Order } from '../orders.ts';
import { pauseBeforeRetry } from '../pause-before-retry.ts';
import type { Session } from '../session.ts';
import { clock, sayNews } from '../words.ts';
import { BrokenList } from './broken-list.tsx';
import { EmptyFleet } from './empty-fleet.tsx';
import { Health } from './health.tsx';
import { Logo } from './logo.tsx';
import { RolloutCard } from './rollout-card.tsx';

type DashboardProps = { session: Session; /** Leads back to the form, and says why. */ onEnd: (why: string) => void };

/** The fleet as it is now. */
export function Dashboard({ session, onEnd }: DashboardProps) {
  const api = useMemo(() => createApi(session), [session.token]);
  const [state, setState] = useState<FleetState>({ fleet: undefined, live: 'connecting', problem: undefined });
  const readSoon = useRef(() => {});
  useEffect(() => {
    const ended = new AbortController();
    readSoon.current = followFleet({ api, onState: setState, onExpired: () => onEnd('Your session has ended. Sign in again.'), signal: ended.signal, pause: pauseBeforeRetry });
    return () => ended.abort();
  }, [api]);
  const now = useNow(20_000);
  const { fleet } = state;
  const total = fleet?.broken.total ?? 0;
  useEffect(() => {
    document.title = `${total > 0 ? `(${total}) ` : ''}Fleet · Novadock`;
  }, [total]);
  const order = async (rollout: string, given: Order) => {
    const changed = await api.order(rollout, given);
    setState((known) => (known.fleet === undefined ? known : { ...known, fleet: { ...known.fleet, rollouts: known.fleet.rollouts.map((one) => (one.id === rollout ? changed : one)) } }));
    readSoon.current();
  };
  return (
    <>
      <a class="skip" href="#main">Skip to the fleet</a>
      <header class="top">
        <h1><Logo /> <span>Novadock</span></h1>
        <Live state={state} now={now} />
        <span class="who muted">{session.user}</span>
        <button type="button" onClick={() => onEnd('')}>Sign out</button>
      </header>
      <main id="main" tabIndex={-1} aria-busy={fleet === undefined}>
        <News state={state} />
        {state.live === 'lost' && fleet !== undefined && <p class="stale lost card" role="alert">Not live: the control plane does not answer. This is how it was at {exactly(fleet.at)}. Trying again.</p>}
        {state.problem !== undefined && <p class="stale card" role="alert">{state.problem.message}</p>}
        {fleet === undefined ? state.problem === undefined && <p class="card loading">{state.live === 'lost' ? 'The control plane does not answer. Trying again.' : 'Looking at the fleet…'}</p> : <Content fleet={fleet} now={now} onOrder={order} />}
      </main>
      <footer class="muted"><a href="/v1/docs">API</a> · <code>npx novadock --help</code></footer>
    </>
  );
}

function Content({ fleet, now, onOrder }: { fleet: NonNullable<FleetState['fleet']>; now: Date; onOrder: (rollout: string, order: Order) => Promise<void> }) {
  if (fleet.hosts.total === 0) return <EmptyFleet />;
  return (
    <>
      <Health hosts={fleet.hosts} instances={fleet.instances} />
      <div class="columns">
        <section aria-labelledby="rollouts">
          <h2 id="rollouts">Rollouts</h2>
          {fleet.rollouts.length === 0 && <p class="card calm">There has been no rollout yet. Plan one: <code>npx novadock rollout plan --profile default</code></p>}
          {fleet.rollouts.map((rollout) => <RolloutCard key={rollout.id} rollout={rollout} now={now} onOrder={(given) => onOrder(rollout.id, given)} />)}
        </section>
        <BrokenList broken={fleet.broken} now={now} />
      </div>
    </>
  );
}

function Live({ state: { live, fleet }, now }: { state: FleetState; now: Date }) {
  const words = { connecting: 'Connecting…', live: 'Live', lost: fleet === undefined ? 'Not live' : `Not live since ${clock(new Date(fleet.at), now)}` };
  return <span class={`pill live ${live}`}><i aria-hidden="true" />{words[live]}</span>;
}

/** What changes, in words, one thing after another. */
function News({ state: { fleet, live } }: { state: FleetState }) {
  const [words, setWords] = useState('');
  const before = useRef<FleetState['fleet']>(undefined);
  const wasLost = useRef(false);
  useEffect(() => {
    const news = before.current === undefined || fleet === undefined ? [] : sayNews(before.current, fleet);
    before.current = fleet;
    if (live === 'live' && wasLost.current) news.unshift('Live again.');
    wasLost.current = live === 'lost';
    if (news.length > 0) setWords(news.join(' '));
  }, [fleet, live]);
  return <p class="unseen" role="status">{words}</p>;
}

function exactly(at: string): string {
  return new Date(at).toLocaleTimeString('en-GB');
}

/** The time, for what says how long ago something was. */
function useNow(everyMs: number): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everyMs);
    return () => clearInterval(timer);
  }, []);
  return now;
}
