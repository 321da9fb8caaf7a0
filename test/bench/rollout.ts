import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { advanceRollout, createRollout, getRollout, orderRollout, planNewRollout, putProfile } from '@novadock/cloud';
import { defaultHostProfile } from '@novadock/model';
import { applyMigrations, openStore, startEmbeddedPostgres, type Store } from '@novadock/store';
import { ms } from './statistics.ts';

const hosts = 5_000;
const strategy = { canary: { count: 10, bake: '0s' }, health: { minHealthy: '0s' } };

/** A rollout over 5,000 hosts that the database alone plays: how long its plan and a pause take, and what a transition of a host costs. */
export async function rollout(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'novadock-bench-'));
  const server = await startEmbeddedPostgres({ dir, settings: { fsync: 'off' } });
  try {
    await applyMigrations({ url: server.url });
    const store = openStore(server.url);
    await measure(store);
    await store.close();
  } finally {
    await server.stop();
    await rm(dir, { recursive: true });
  }
}

async function measure(store: Store): Promise<void> {
  // As the API plans; the engine stays, so that no host is to be asked.
  const cloud = { store, askPackages: () => Promise.reject(new Error('a host was asked for packages')) };
  await putProfile(cloud, 'fleet', defaultHostProfile);
  await putProfile(cloud, 'fleet', { ...defaultHostProfile, engine: { ...defaultHostProfile.engine, version: '29.4' } });
  await putProfile(cloud, 'fleet', { ...defaultHostProfile, engine: { ...defaultHostProfile.engine, version: '29.4', settings: { ...defaultHostProfile.engine.settings, debug: true } } });
  const facts = { engine: { liveRestore: true }, setup: { profile: 'fleet', revision: 2 } };
  await store.pool.query(`INSERT INTO "Host" (id, name, address, up, ready, facts) SELECT gen_random_uuid(), 'h' || n, 'x:1', true, true, $1 FROM generate_series(1, $2::int) n`, [facts, hosts]);
  const request = { profile: 'fleet', selection: { labels: {}, hosts: [], exclude: [] }, strategy };
  const by = { userId: 'u' };
  // Once unmeasured: Node compiles what it runs.
  await planNewRollout(cloud, request);
  print('plan, nothing written', await took(() => planNewRollout(cloud, request)));
  let number = 0;
  print('plan, written', await took(async () => (number = await createRollout(cloud, request, by))));
  print('start', await took(() => orderRollout(cloud, { number, command: { do: 'start' }, by: 'u' })));
  const cpu = process.cpuUsage();
  let transitions = 0;
  let passes = 0;
  let pausedMs = 0;
  for (let state = 'running'; state === 'running'; state = (await getRollout(cloud, number)).state) {
    await playHosts(store);
    transitions += (await advanceRollout(cloud, number)).transitions;
    passes += 1;
    if (passes !== 12) continue;
    pausedMs = await took(() => orderRollout(cloud, { number, command: { do: 'pause' }, by: 'u' }));
    await orderRollout(cloud, { number, command: { do: 'resume' }, by: 'u' });
  }
  const { user, system } = process.cpuUsage(cpu);
  const { state, counts } = await getRollout(cloud, number);
  print('pause, in the middle', pausedMs);
  console.log(`${state}: ${counts.ok} of ${counts.hosts} hosts, ${transitions} transitions in ${passes} passes; CPU of this process ${ms((user + system) / 1000 / transitions)} each`);
}

/** All hosts do at once what they are told. */
async function playHosts(store: Store): Promise<void> {
  await store.pool.query(`WITH ended AS (UPDATE "SetupRun" SET "finishedAt" = now() - interval '1 ms', ended = '{"succeeded": true, "changed": 1}' WHERE "finishedAt" IS NULL RETURNING "hostId", kind)
    UPDATE "Host" h SET facts = jsonb_set(h.facts, '{setup,revision}', '3') FROM ended WHERE ended."hostId" = h.id AND ended.kind = 'apply'`);
  await store.pool.query(`UPDATE "RolloutHost" SET "listedAt" = now() WHERE state IN ('applying', 'restarting')`);
}

async function took(work: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await work();
  return performance.now() - beganMs;
}

function print(what: string, tookMs: number): void {
  console.log(`${`${what}:`.padEnd(24)} ${ms(tookMs)}`);
}
