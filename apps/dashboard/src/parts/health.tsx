import type { Fleet } from '@novadock/api-client/browser';
import { count } from '../words.ts';
import { Bar, Legend, type Part } from './bar.tsx';

type PanelProps = { title: string; number: number; of: number; what: string; parts: Part[]; notes?: Part[] };

/** The fleet in numbers: hosts, their set-up, instances. Each number has its place, so that nothing jumps. */
export function Health({ hosts, instances }: Pick<Fleet, 'hosts' | 'instances'>) {
  const { setup } = hosts;
  const asked = hosts.total - hosts.revoked;
  return (
    <section aria-labelledby="health">
      <h2 id="health">Health</h2>
      <div class="panels">
        <Panel title="Hosts" number={hosts.up} of={asked} what="up" parts={[part('ok', 'ready', hosts.up - hosts.notReady), part('warn', 'engine not ready', hosts.notReady), part('failed', 'down', hosts.down)]}
          notes={[part('skipped', 'disabled', hosts.disabled), part('running', 'cordoned', hosts.cordoned), part('warn', 'behind', hosts.behind), ...(hosts.revoked > 0 ? [part('skipped', 'revoked', hosts.revoked)] : [])]} />
        <Panel title="Set-up" number={setup.ok} of={hosts.total} what="as their profile says" parts={[part('ok', 'ok', setup.ok), part('running', 'being set up', setup.running), part('warn', 'drifted', setup.drifted), part('failed', 'failed', setup.failed), part('skipped', 'without a profile', setup.none)]} />
        <Panel title="Instances" number={instances.active} of={instances.total} what="active" parts={[part('ok', 'active', instances.active), part('running', 'building', instances.building), part('skipped', 'stopped', instances.stopped), part('offline', 'paused', instances.paused), part('failed', 'in ERROR', instances.error)]} />
      </div>
    </section>
  );
}

function part(kind: Part['kind'], label: string, number: number): Part {
  return { kind, label, count: number };
}

function Panel({ title, number, of, what, parts, notes = [] }: PanelProps) {
  const all = [...parts, ...notes];
  return (
    <div class="card panel">
      <h3>{title}</h3>
      <p class="big"><b>{count(number)}</b> <span>of {count(of)} {what}</span></p>
      <Bar label={title} parts={parts} />
      <Legend parts={all} always={all.map(({ label }) => label)} />
    </div>
  );
}
