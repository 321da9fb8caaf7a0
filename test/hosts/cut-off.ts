import type { SetupEntry } from '@novadock/model';
import type { BareHost } from '../harness/bare-host/bare-host.ts';
import type { Controller } from '../harness/bare-host/controller.ts';
import { waitFor } from '../harness/wait-for.ts';

type Run = { id: string; state: string; error: unknown; steps: { name: string; state: string }[] };
/** `profile`: which is to be applied, unless it is the one that the host has. `only`: the steps at which the run is cut off; all, unless given. */
type CutOff = { controller: Controller; host: BareHost; kind: 'apply' | 'undo'; cut: () => Promise<void>; profile?: string; only?: readonly string[] };

/** Where a run is cut off besides each step's beginning: while a package manager is half way, which says so by these words at the beginning of a line. */
export const inBetween = { apply: ['Unpacking docker.io', 'Setting up docker.io'], undo: ['Removing docker.io'] } as const;

/**
 * Begins a run and cuts it off once at each of its steps, as soon as the journal on the host's disk shows it: where the step changes
 * something, at that. Gives back where it was cut off, and the run as the control plane has it in the end.
 */
export async function cutOffAtEachStep({ controller, host, kind, cut, profile, only }: CutOff): Promise<{ cutAt: string[]; run: Run }> {
  const path = `/v1/hosts/${host.name}/setup-runs`;
  const { id } = await controller.request<Run>('POST', path, { kind, profile });
  const cutAt: string[] = [];
  for (;;) {
    const found = await waitFor(`the next step of ${kind} on ${host.name}`, async () => {
      const entries = readJournal(host, id);
      return entries.flatMap((entry) => momentsOf(entry, kind)).find((moment) => !cutAt.includes(moment) && (moment === 'the end' || only?.includes(moment) !== false));
    }, 120_000, 2);
    if (found === 'the end') break;
    cutAt.push(found);
    await cut();
  }
  const run = await waitFor(`the control plane to see the end of ${kind} on ${host.name}`, async () => {
    const now = await controller.request<Run>('GET', `${path}/${id}`);
    return now.state === 'succeeded' || now.state === 'failed' ? now : undefined;
  }).catch(async (error: Error) => {
    const { stdout } = await host.exec('journalctl -b -u novadock-agent --no-pager -o cat | cut -c1-300 | tail -20; ss -Htn sport = :9774');
    throw new Error(`${error.message}\nthe agent:\n${stdout}\nthe control plane:\n${controller.controlPlane().log().slice(-3000)}`, { cause: error });
  });
  return { cutAt, run };
}

/** Begins a run of a profile and cuts it off the first time that it prints each of `moments`, as far as it does; gives back which, and the run as it ended. */
export async function cutOffAt({ controller, host, profile, moments, cut }: { controller: Controller; host: BareHost; profile: string; moments: RegExp[]; cut: () => Promise<void> }): Promise<{ cutAt: string[]; run: Run }> {
  const path = `/v1/hosts/${host.name}/setup-runs`;
  const { id } = await controller.request<Run>('POST', path, { kind: 'apply', profile });
  const cutAt: string[] = [];
  for (;;) {
    const found = await waitFor(`the next moment of the run on ${host.name}`, async () => {
      const entries = readJournal(host, id);
      const printed = entries.flatMap((entry) => ('output' in entry ? [entry.output.text] : []));
      return moments.find(({ source }, index) => !cutAt.includes(source) && printed.some((text) => moments[index]?.test(text)))?.source ?? (entries.some((entry) => 'ended' in entry) ? 'the end' : undefined);
    }, 120_000, 2);
    if (found === 'the end') break;
    cutAt.push(found);
    await cut();
  }
  const run = await waitFor(`the control plane to see the end of the run on ${host.name}`, async () => {
    const now = await controller.request<Run>('GET', `${path}/${id}`);
    return now.state === 'succeeded' || now.state === 'failed' ? now : undefined;
  }, 60_000);
  return { cutAt, run };
}

/** A step's name when the run is to be cut off there: at its change, or, for one that has nothing to change, once that is known. And what a package manager said. */
function momentsOf(entry: SetupEntry, kind: CutOff['kind']): string[] {
  if ('ended' in entry) return ['the end'];
  if ('output' in entry) return inBetween[kind].filter((words) => `\n${entry.output.text}`.includes(`\n${words} `));
  const { name, state, detail } = entry.step;
  // Of an undo it is not told beforehand whether there is something to do.
  const begins = state === 'runs' && (detail !== '' || kind === 'undo');
  return begins || state === 'ok' ? [name] : [];
}

/** What the journal on the disk holds; the last line may be half written. */
function readJournal(host: BareHost, run: string): SetupEntry[] {
  try {
    return host.readFile(`/var/lib/novadock/agent/setup/runs/${run}/journal.ndjson`).split('\n').slice(0, -1).map((line) => JSON.parse(line) as SetupEntry);
  } catch {
    return [];
  }
}
