import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { openStore, startEmbeddedPostgres, type Store } from '@novadock/store';
import { startCloud, type TestCloud } from '../harness/start-cloud.ts';
import { cpuTimeMs } from './cpu-time.ts';
import { ms, quantile, timed } from './statistics.ts';

/** What clients wait for most: lists of many servers, sign-in, and image upload beside plain tools on the same disk. */
export async function api(): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'nd-bench-'));
  const database = await startEmbeddedPostgres({ dir: join(scratch, 'db') });
  const cloud = await startCloud({ agent: false, databaseUrl: database.url });
  const store = openStore(database.url);
  try {
    await lists(cloud, store, 1_000);
    await lists(cloud, store, 20_000);
    await signIns(cloud);
    await uploads(cloud, scratch);
  } finally {
    await store.close();
    await cloud.stop();
    await database.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function lists(cloud: TestCloud, store: Store, count: number): Promise<void> {
  await fill(store, count);
  const token = await cloud.token();
  const get = async () => {
    const reply = await fetch(`${cloud.url}/compute/v2.1/servers/detail?limit=1000`, { headers: { 'x-auth-token': token } });
    const { servers } = (await reply.json()) as { servers: unknown[] };
    if (servers.length !== Math.min(count, 1000)) throw new Error(`${servers.length} servers listed`);
  };
  await get();
  const before = cpuTimeMs([cloud.controlPlane().pid]);
  const { eachMs } = await timed(10, 1, get);
  const cpuMs = cpuTimeMs([cloud.controlPlane().pid]) - before;
  console.log(`GET /servers/detail?limit=1000 with ${count} instances: p50 ${ms(quantile(eachMs, 0.5))}, p95 ${ms(quantile(eachMs, 0.95))}, CPU of the control plane ${ms(cpuMs / 10)}`);
}

/** Rows as boots leave them, with a port and an address each; no agent is needed to read them. */
async function fill(store: Store, count: number): Promise<void> {
  const [there] = (await store.pool.query<{ n: string }>('SELECT count(*) AS n FROM "Instance"')).rows;
  await store.pool.query(
    `WITH project AS (SELECT id FROM "Project" WHERE name = 'admin'), net AS (SELECT n.id, s.id AS subnet FROM "Network" n JOIN "Subnet" s ON s."networkId" = n.id LIMIT 1),
      added AS (
        INSERT INTO "Instance" (id, "projectId", "userId", name, hostname, "imageId", flavor, vcpus, "memoryMb", "diskGb", "reservationId", power, "observedGeneration", "observedPower", "launchedAt", "startedAt")
        SELECT gen_random_uuid(), project.id, 'u', 'server-' || i, 'server-' || i, gen_random_uuid(),
          '{"id":"1","name":"m1.tiny","vcpus":1,"memoryMb":512,"diskGb":1,"ephemeralGb":0,"swapMb":0,"rxtxFactor":1,"extraSpecs":{}}', 1, 512, 1, 'r-bench', 'running', 1, 'running', now(), now()
        FROM generate_series($1::int, $2::int) i, project RETURNING id, "projectId", number),
      ports AS (
        INSERT INTO "Port" (id, "networkId", "projectId", "macAddress", "deviceId", "deviceOwner", "ownedByInstance")
        SELECT gen_random_uuid(), net.id, added."projectId", 'fa:16:3e:' || substr(md5(added.id::text), 1, 8), added.id::text, 'compute:nova', true FROM added, net RETURNING id, "deviceId")
     INSERT INTO "PortAddress" ("portId", "subnetId", address, "offset")
     SELECT ports.id, net.subnet, '10.0.' || (added.number / 250) || '.' || (added.number % 250), 1000 + added.number FROM ports JOIN added ON added.id::text = ports."deviceId", net`,
    [Number(there?.n ?? 0) + 1, count],
  );
  // What autovacuum does within a minute of so many changes.
  await store.pool.query('VACUUM ANALYZE');
}

async function signIns(cloud: TestCloud): Promise<void> {
  await cloud.token();
  const { eachMs } = await timed(100, 1, async () => void (await cloud.token()));
  const many = await timed(400, 8, async () => void (await cloud.token()));
  console.log(`token issue by password: p50 ${ms(quantile(eachMs, 0.5))}, ${Math.round((400 / many.totalMs) * 1000)}/s with 8 clients`);
}

async function uploads(cloud: TestCloud, scratch: string): Promise<void> {
  const sizeMb = 512;
  const source = join(scratch, 'image.tar');
  const file = await open(source, 'w');
  for (let written = 0; written < sizeMb; written += 16) await file.write(randomBytes(16 * 1024 * 1024));
  await file.close();
  const copy = join(scratch, 'copy');
  const token = await cloud.token();
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const { id } = await cloud.request<{ id: string }>('POST', '/image/v2/images', { name: `upload${round}`, container_format: 'docker', disk_format: 'raw' });
    ours.push((await timed(1, 1, () => put(`${cloud.url}/image/v2/images/${id}/file`, token, source))).totalMs);
    // What a shell would do: one process writes, two hash, at the same time.
    theirs.push((await timed(1, 1, async () => void execFileSync('bash', ['-c', 'cat "$0" | tee >(md5sum >/dev/null) >(sha512sum >/dev/null) > "$1"; sync "$1"; wait', source, copy]))).totalMs);
    rmSync(copy);
  }
  const rate = (samples: number[]) => (statSync(source).size / 1024 ** 2 / quantile(samples, 0.5)) * 1000;
  console.log(`image upload of ${sizeMb} MiB: ${rate(ours).toFixed(0)} MiB/s; cat to disk with md5sum and sha512sum beside it: ${rate(theirs).toFixed(0)} MiB/s; ratio ${(rate(ours) / rate(theirs)).toFixed(2)}`);
}

async function put(url: string, token: string, source: string): Promise<void> {
  const reply = await fetch(url, { method: 'PUT', headers: { 'x-auth-token': token, 'content-type': 'application/octet-stream' }, body: Readable.toWeb(createReadStream(source, { highWaterMark: 1024 * 1024 })) as ReadableStream, duplex: 'half' });
  if (reply.status !== 204) throw new Error(`upload: ${reply.status} ${await reply.text()}`);
}
