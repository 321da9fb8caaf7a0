import { randomUUID } from 'node:crypto';
import { controlPlaneIdentity, createRollout, getRollout, listRolloutHosts, orderRollout, putProfile, type Cloud, type RolloutRequest, type RolloutView } from '@novadock/cloud';
import { defaultHostProfile, type HostProfile, type RolloutCommand, type SetupEnd, type SetupStepChange, type StartSetup } from '@novadock/model';
import { createFakeAgent, type FakeAgent } from '@novadock/testing';
import { pino } from 'pino';
import { createTestCloud } from '../../../../libs/cloud/src/testing/test-cloud.ts';
import { createMetrics } from '../metrics.ts';
import { ownHosts, type HostOwner } from '../loops/own-hosts.ts';
import { runRollouts, type RolloutRunner } from '../loops/run-rollouts.ts';

const log = pino({ level: 'silent' });
/** All at once, as fast as it goes. */
export const fastStrategy = { canary: { count: 0 }, waves: ['100%'], maxInFlight: '100%', health: { minHealthy: '0s', hostDeadline: '20s', progressDeadline: '1m' } };

/** What a host does with a run: well, or not; undefined: nothing until the test says. */
export type Outcome = SetupEnd | undefined;
export const went = (change: Partial<SetupEnd> = {}): SetupEnd => ({ succeeded: true, changed: 1, error: undefined, ...change });
export const failed = (code: string): SetupEnd => went({ succeeded: false, changed: 0, error: { code, message: `it is ${code}`, step: 'service' } });

/** Hosts whose agents the test plays, on revision 1 of the profile `fleet`, and control planes to bring them to revision 2. */
export async function createRolloutFleet(names: string[], options: { bare?: boolean } = {}) {
  const t = await createTestCloud();
  // Whoever asks is no replica that owns hosts: those are woken through the database.
  t.cloud.hosts.wake = () => false;
  await putProfile(t.cloud, 'fleet', defaultHostProfile);
  await putProfile(t.cloud, 'fleet', { ...defaultHostProfile, engine: { ...defaultHostProfile.engine, version: '29.4' } });
  const agents = new Map<string, FakeAgent>();
  const ids = new Map<string, string>();
  let outcome: (host: string, request: StartSetup) => Outcome = () => went();

  const become = (agent: FakeAgent, request: StartSetup) => {
    if (request.kind === 'check' || request.kind === 'stage') return;
    const profile: Pick<HostProfile, 'name' | 'revision'> = request.profile ?? { name: '', revision: 0 };
    agent.facts.setup = { profile: profile.name, revision: profile.revision, steps: [], checkedAtMs: Date.now() };
  };
  for (const name of names) {
    const agent = createFakeAgent();
    if (options.bare !== true) agent.facts.setup = { profile: 'fleet', revision: 1, steps: [], checkedAtMs: 1 };
    agent.images.add('sha256:1');
    agent.setups.script = (request) => {
      const end = outcome(name, request);
      if (end?.succeeded === true) become(agent, request);
      const step: SetupStepChange = { name: 'service', title: 'Service', state: 'runs', detail: '', files: [], durationMs: 0 };
      return [{ step }, { output: { step: 'service', text: `${request.kind} on ${name}\n` } }, ...(end === undefined ? [] : [{ ended: end }])];
    };
    const { id } = await t.addHost(name);
    agents.set(name, agent);
    ids.set(name, id);
  }
  const agentOf = (hostId: string) => [...ids].flatMap(([name, id]) => (id === hostId ? [agents.get(name)!] : []))[0]!;
  const metrics = createMetrics();
  const open: { owner: HostOwner; runner: RolloutRunner; cloud: Cloud }[] = [];

  /** One more replica. */
  const startControlPlane = async () => {
    const identity = await controlPlaneIdentity(t.cloud.authority);
    const owner = ownHosts({
      replicaId: randomUUID(), identity, log, controllerUrl: 'https://cloud.test:8774', onSetupRecorded: () => {},
      connect: ({ hostId }) => { const agent = agentOf(hostId); return { ...agent, getHostFacts: () => agent.getHostFacts(), close: () => {} }; },
    });
    const cloud = { ...t.cloud, hosts: owner };
    const runner = runRollouts({ log, onAdvanced: metrics.observeRollout });
    await owner.start(cloud);
    await runner.start(cloud);
    const replica = { owner, runner, cloud };
    open.push(replica);
    return replica;
  };
  const stopControlPlane = async (replica = open[0]) => {
    if (replica === undefined) return;
    open.splice(open.indexOf(replica), 1);
    await replica.runner.stop();
    await replica.owner.stop();
  };
  const request = (change: Partial<Omit<RolloutRequest, 'strategy'>> & { strategy?: object } = {}): RolloutRequest => ({
    profile: 'fleet', selection: { labels: {}, hosts: [], exclude: [] }, ...change, strategy: { ...fastStrategy, ...change.strategy },
  });
  const create = (change: Parameters<typeof request>[0] = {}) => createRollout(t.cloud, request(change), { userId: 'u1' });
  const order = (number: number, command: RolloutCommand) => orderRollout(t.cloud, { number, command, by: 'u1' });

  return {
    ...t, metrics, agents, ids, request, create, order, startControlPlane, stopControlPlane, become,
    begin: async (change: Parameters<typeof request>[0] = {}) => {
      const number = await create(change);
      await order(number, { do: 'start' });
      return number;
    },
    behave: (next: typeof outcome) => (outcome = next),
    rollout: (number: number): Promise<RolloutView> => getRollout(t.cloud, number),
    hosts: async (number: number) => new Map((await listRolloutHosts(t.cloud, { number, limit: 10_000 })).hosts.map((host) => [host.name, host])),
    // All that is committed, where readers wait for older transactions, those of other databases of the server too.
    events: async (number: number) => t.store.prisma.event.findMany({ where: { subjectId: `r-${number}` }, orderBy: [{ xid: 'asc' }, { id: 'asc' }] }),
    /** Which runs each host was given, in order. */
    runsOf: (name: string) => agents.get(name)!.setups.started.map(({ kind, profile }) => `${kind} ${profile === undefined ? '' : `${profile.name}@${profile.revision}`}`.trim()),
    close: async () => {
      while (open.length > 0) await stopControlPlane();
      await t.close();
    },
  };
}

export type RolloutFleet = Awaited<ReturnType<typeof createRolloutFleet>>;
