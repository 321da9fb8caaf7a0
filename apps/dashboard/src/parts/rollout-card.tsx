import type { Rollout } from '@novadock/api-client/browser';
import { CloudError } from '@novadock/model';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ordersFor, orderWords, type Order, type Verb } from '../orders.ts';
import { clock, count, sayState } from '../words.ts';
import { Bar, Legend, type Part } from './bar.tsx';
import { ConfirmOrder } from './confirm-order.tsx';

type Counts = Rollout['counts'];
type CardProps = { rollout: Rollout; now: Date; onOrder: (order: Order) => Promise<void> };

const underWay = ['draft', 'planned', 'awaiting_approval', 'running', 'paused', 'rolling_back', 'rollback_paused'];
const tones: Partial<Record<Rollout['state'], Part['kind']>> = { running: 'running', rolling_back: 'running', paused: 'warn', rollback_paused: 'warn', awaiting_approval: 'warn', succeeded: 'ok', failed: 'failed' };

/** A rollout: how far its waves are, and what it can be ordered to do. */
export function RolloutCard({ rollout, now, onOrder }: CardProps) {
  const { id, profile, state, waves, counts } = rollout;
  const open = underWay.includes(state);
  const rows = <div class="waves">{waves.map((wave) => <WaveRow key={wave.name} wave={wave} stops={state === 'running'} />)}</div>;
  return (
    <article class="card rollout" aria-labelledby={`title-${id}`}>
      <header>
        <h3 id={`title-${id}`} tabIndex={-1}>{id} <span class="muted">{profile.name} revision {profile.revision}</span></h3>
        <span class={`pill ${tones[state] ?? 'skipped'}`}>{sayState(rollout)}</span>
      </header>
      {open ? <><Facts rollout={rollout} now={now} />{rows}</> : (
        <>
          <Bar label={`Hosts of ${id}`} parts={toParts(counts)} />
          <Legend parts={toParts(counts)} />
          <details><summary>Its waves</summary><Facts rollout={rollout} now={now} />{rows}</details>
        </>
      )}
      <Orders rollout={rollout} onOrder={onOrder} />
    </article>
  );
}

function Facts({ rollout, now }: { rollout: Rollout; now: Date }) {
  const { startedAt, etaAt, inFlight, inFlightLimit, disturbed, behind } = rollout;
  const at = (time: string | null) => (time === null ? '–' : clock(new Date(time), now));
  const facts: [string, string, boolean][] = [
    ['Started', at(startedAt), false], ['ETA', at(etaAt), false], ['In flight', `${count(inFlight)} of ${count(inFlightLimit)}`, false], ['Disturbed instances', count(disturbed), disturbed > 0], ['Behind', count(behind), behind > 0],
  ];
  return <dl class="facts">{facts.map(([name, value, bad]) => <div key={name} class={bad ? 'failed' : ''}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}

const waveStates: Record<Rollout['waves'][number]['state'], string> = { pending: 'to come', running: 'running', baking: 'being watched', done: 'done' };

function WaveRow({ wave, stops }: { wave: Rollout['waves'][number]; stops: boolean }) {
  const { name, state, counts, allowedFailures } = wave;
  const parts = toParts(counts);
  // Where all are done, or to come, the numbers above say it.
  const isMixed = counts.ok < counts.hosts && counts.pending < counts.hosts;
  return (
    <div class={`wave wave-${state}`}>
      <p class="name"><b>{name}</b> <span class="muted">{waveStates[state]}</span></p>
      <p class="done">{count(counts.ok)} of {count(counts.hosts)}</p>
      <Bar label={`Wave ${name}, ${waveStates[state]}`} parts={parts} />
      {isMixed && <Legend parts={parts} />}
      {stops && state !== 'done' && <p class="muted limit">stops at {count(allowedFailures + 1)} failed</p>}
    </div>
  );
}

function toParts({ ok, running, failed, reverted, offline, skipped, pending }: Counts): Part[] {
  const part = (kind: Part['kind'], label: string, number: number): Part => ({ kind, label, count: number });
  return [part('ok', 'ok', ok), part('running', 'running', running), part('failed', 'failed', failed), part('warn', 'reverted', reverted), part('offline', 'offline', offline), part('skipped', 'skipped', skipped), part('pending', 'to come', pending)];
}

function Orders({ rollout, onOrder }: Pick<CardProps, 'rollout' | 'onOrder'>) {
  const [busy, setBusy] = useState<Verb>();
  const [problem, setProblem] = useState('');
  const [asking, setAsking] = useState<Verb>();
  const group = useRef<HTMLDivElement>(null);
  const give = async (order: Order) => {
    setBusy(order.verb);
    setProblem('');
    await onOrder(order).catch((error: unknown) => setProblem(error instanceof CloudError ? error.message : String(error)));
    setBusy(undefined);
  };
  const press = (verb: Verb) => {
    if (busy !== undefined) return;
    if (orderWords[verb].confirm === undefined) void give({ verb });
    else setAsking(verb);
  };
  const verbs = ordersFor(rollout);
  useKeptFocus(group, rollout.id, verbs.join());
  return (
    <>
      <p class="problem" role="alert">{problem}</p>
      <div class="orders" role="group" aria-label={`Orders for ${rollout.id}`} ref={group}>
        {verbs.map((verb, index) => <button key={verb} type="button" class={toClass(verb, index)} aria-disabled={busy !== undefined} onClick={() => press(verb)}>{busy === verb ? '…' : ''}{orderWords[verb].label}</button>)}
      </div>
      {asking !== undefined && <ConfirmOrder rollout={rollout} verb={asking} onClose={(order) => { setAsking(undefined); if (order !== undefined) void give(order); }} />}
    </>
  );
}

function toClass(verb: Verb, index: number): string {
  if (orderWords[verb].confirm !== undefined) return 'danger';
  return index === 0 ? 'primary' : '';
}

/** When the button that has the focus goes, its rollout's title gets it: the next press must not hit another order. */
function useKeptFocus(group: { current: HTMLDivElement | null }, id: string, verbs: string): void {
  const had = useRef(false);
  useEffect(() => {
    const note = (event: FocusEvent) => (had.current = group.current?.contains(event.target as Node) === true);
    document.addEventListener('focusin', note);
    return () => document.removeEventListener('focusin', note);
  }, []);
  useEffect(() => {
    if (had.current && document.activeElement === document.body) document.getElementById(`title-${id}`)?.focus();
  }, [verbs]);
}
