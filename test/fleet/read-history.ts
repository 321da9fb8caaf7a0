import type { Client, CloudEvent } from '@novadock/api-client';

/** A rollout as its events tell it. */
export type History = {
  /** Where a host goes on from another state than the event before it left it in, or events stand in another order than they came. */
  gaps: string[];
  /** The most hosts in flight at once, and the most zones with hosts in flight at once. */
  mostInFlight: number;
  mostZones: number;
  /** How often each host entered a state, as `host state`. */
  entered: Map<string, number>;
  /** From `assigned` to the result, of hosts that have come to one. */
  secondsOf: Map<string, number>;
  /** From the rollout's start to its last event. */
  seconds: number;
};

const begun = new Set(['assigned', 'precheck', 'staging', 'cordoned', 'draining', 'applying', 'restarting', 'verifying', 'reverting']);

type Walk = History & { states: Map<string, string>; touched: Set<string>; assignedAtMs: Map<string, number>; zoneOf: Map<string, string> };

/** Walks through all events of a rollout, which are one for each transition (R14). */
export async function readHistory(client: Client, id: string): Promise<History> {
  const events = await client.rollouts.events(id, '0');
  const zoneOf = new Map((await client.rollouts.hosts(id)).map(({ host, zone }) => [host, zone]));
  const walk: Walk = { gaps: [], mostInFlight: 0, mostZones: 0, entered: new Map(), secondsOf: new Map(), seconds: 0, states: new Map(), touched: new Set(), assignedAtMs: new Map(), zoneOf };
  let last: CloudEvent | undefined;
  for (const event of events) {
    if (last !== undefined && BigInt(event.id) <= BigInt(last.id)) walk.gaps.push(`event ${event.id} comes after ${last.id}`);
    last = event;
    if (event.kind.startsWith('rollout.host_')) step(walk, event);
  }
  const started = events.find(({ kind }) => kind === 'rollout.running');
  return { ...walk, seconds: secondsBetween(started, last) };
}

function step(walk: Walk, { kind, at, data }: CloudEvent): void {
  const { host, from, to } = data as { host: string; from: string | null; to: string };
  const was = walk.states.get(host) ?? (kind === 'rollout.host_joined' ? null : 'pending');
  if (from !== was) walk.gaps.push(`${host} goes from ${from} to ${to}, and was ${was}`);
  walk.states.set(host, to);
  if (from === to) return;
  walk.entered.set(`${host} ${to}`, (walk.entered.get(`${host} ${to}`) ?? 0) + 1);
  if (to === 'applying') walk.touched.add(host);
  if (to === 'assigned') walk.assignedAtMs.set(host, Date.parse(at));
  const assignedAtMs = walk.assignedAtMs.get(host);
  if (to === 'healthy' && assignedAtMs !== undefined) walk.secondsOf.set(host, (Date.parse(at) - assignedAtMs) / 1000);
  const inFlight = [...walk.states].filter(([one, state]) => begun.has(state) || (state === 'failed' && walk.touched.has(one))).map(([one]) => one);
  walk.mostInFlight = Math.max(walk.mostInFlight, inFlight.length);
  walk.mostZones = Math.max(walk.mostZones, new Set(inFlight.map((one) => walk.zoneOf.get(one))).size);
}

function secondsBetween(first: CloudEvent | undefined, last: CloudEvent | undefined): number {
  return first === undefined || last === undefined ? 0 : (Date.parse(last.at) - Date.parse(first.at)) / 1000;
}
