import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SetupStep } from '@novadock/host-setup';
import { defaultHostProfile, type SetupEntry, type SetupKind, type StartSetup } from '@novadock/model';
import { pino, type Logger } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openFolderContext } from '../../../../libs/host-setup/src/testing/setup-context.ts';
import { fileStep } from '../testing/test-steps.ts';
import { openSetupRunner, type SetupRunner } from './open-setup-runner.ts';

let home: string;
let root: string;
let runner: SetupRunner;
const steps = ['a', 'b', 'c'].map(fileStep);
const never = new AbortController().signal;

/** What is left of a set-up in what is gone with the next boot. */
const onlyLock = ['var', 'var/run', 'var/run/novadock-set-up.lock'];

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'ndu-'));
  root = join(home, 'root');
  mkdirSync(root);
  runner = await open();
});
afterEach(async () => {
  for (const name of readdirSync(root)) if (name.startsWith('hold-')) rmSync(join(root, name));
  await runner.stop();
  rmSync(home, { recursive: true });
});

async function open(more: { steps?: SetupStep[]; lookEveryMs?: number; log?: Logger } = {}): Promise<SetupRunner> {
  return openSetupRunner({
    folder: join(home, 'setup'),
    steps,
    log: pino({ level: 'silent' }),
    createContext: (wanted) => openFolderContext(home, wanted),
    ...more,
  });
}

const request = (kind: SetupKind = 'apply', more: Partial<StartSetup> = {}): StartSetup => ({
  runId: randomUUID(), kind, epoch: 1, controllerUrl: 'https://controller:8774', profile: kind === 'undo' ? undefined : { name: 'p', revision: 3, ...defaultHostProfile }, ...more,
});
const watch = (runId: string, after = 0) => Array.fromAsync(runner.watch({ runId, after }, never));
const states = (entries: SetupEntry[]) => entries.flatMap((entry) => ('step' in entry && entry.step.state !== 'runs' ? [`${entry.step.name} ${entry.step.state}`] : []));
const endOf = (entries: SetupEntry[]) => entries.flatMap((entry) => ('ended' in entry ? [entry.ended] : []));
const seqs = (entries: SetupEntry[]) => entries.map(({ seq }) => seq);
const countTo = (last: number, after = 0) => Array.from({ length: last - after }, (_, index) => after + index + 1);
async function run(kind: SetupKind): Promise<SetupEntry[]> {
  const wanted = request(kind);
  await runner.start(wanted);
  return watch(wanted.runId);
}
/** The run is in the middle of this step's apply. */
async function reach(name: string, runId: string): Promise<void> {
  const journal = join(home, 'setup/runs', runId, 'journal.ndjson');
  await expect.poll(() => readFileSync(journal, 'utf8').split('\n').some((line) => line.includes(`"step":"${name}"`) && line.includes('one'))).toBe(true);
}
const hold = (name: string) => writeFileSync(join(root, `hold-${name}`), '');
const letGo = (name: string) => rmSync(join(root, `hold-${name}`));

test('check, apply, apply again, undo: each tells what it did, and what was applied is among the facts', async () => {
  expect(await runner.facts()).toBeUndefined();
  expect(states(await run('check'))).toEqual(['a wouldChange', 'b wouldChange', 'c wouldChange']);
  expect(await runner.facts()).toBeUndefined();
  const first = await run('apply');
  expect(states(first)).toEqual(['a changed', 'b changed', 'c changed']);
  expect(seqs(first)).toEqual(countTo(first.length));
  expect(first.at(-1)).toMatchObject({ ended: { succeeded: true, changed: 3 } });
  expect(await runner.facts()).toMatchObject({ profile: 'p', revision: 3, steps: [{ name: 'a', title: 'File of a', ok: true, detail: '/etc/a.conf is there' }, { ok: true }, { ok: true }] });
  expect(states(await run('apply'))).toEqual(['a ok', 'b ok', 'c ok']);
  expect(states(await run('undo'))).toEqual(['c changed', 'b changed', 'a changed']);
  expect(await runner.facts()).toBeUndefined();
  expect(readdirSync(root, { recursive: true })).toEqual(onlyLock);
});

test('its steps are in the log by their names, and so is where it goes on after it was cut off', async () => {
  const lines: string[] = [];
  const log = pino({}, { write: (line) => void lines.push(line) });
  const told = () => lines.map((line) => JSON.parse(line) as { step?: string; state?: string; msg: string }).map(({ step = '', state = '', msg }) => `${step} ${state} ${msg}`.replace(' of the set-up', '').trim());
  await runner.stop();
  runner = await open({ log });
  hold('b');
  const wanted = request();
  await runner.start(wanted);
  await reach('b', wanted.runId);
  await runner.stop();
  expect(told()).toEqual(['a set-up begins', 'a runs a step begins', 'a changed a step ended', 'b runs a step begins', 'a set-up is left where it is; it is gone on with when the agent starts again']);
  lines.length = 0;
  letGo('b');
  // What was being done goes on by itself, here in this very process.
  await expect.poll(() => existsSync(join(root, 'etc/b.conf'))).toBe(true);
  runner = await open({ log });
  await expect.poll(() => told().at(-1)).toBe('a set-up ended');
  expect(told()).toEqual(['b  a set-up that was cut off goes on', 'a runs a step begins', 'a ok a step ended', 'b runs a step begins', 'b ok a step ended', 'c runs a step begins', 'c changed a step ended', 'a set-up ended']);
});

test('a run goes on by itself, one at a time; a second is refused, one that is known is not begun again', async () => {
  hold('b');
  const wanted = request();
  await runner.start(wanted);
  await expect(runner.start(request())).rejects.toMatchObject({ code: 'conflict', reason: 'setupRunning', message: expect.stringContaining(wanted.runId) });
  expect(() => runner.assertIdle()).toThrow(expect.objectContaining({ reason: 'setupRunning' }));
  await runner.start(wanted);
  letGo('b');
  expect(endOf(await watch(wanted.runId))).toMatchObject([{ succeeded: true }]);
  await runner.start(wanted);
  runner.assertIdle();
  expect(endOf(await watch(wanted.runId))).toHaveLength(1);
});

test('of many that are started at once, one is accepted', async () => {
  hold('a');
  const wanted = [request(), request(), request(), request()];
  const results = await Promise.allSettled([...wanted, wanted[0] as StartSetup].map((one) => runner.start(one)));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected', 'fulfilled']);
  letGo('a');
  await watch((wanted[0] as StartSetup).runId);
});

test('as soon as its end is told, the next may begin, and the facts are those after it', async () => {
  for (let round = 0; round < 5; round += 1) {
    expect(endOf(await run('apply'))).toHaveLength(1);
    expect((await runner.facts())?.steps.every(({ ok }) => ok)).toBe(true);
    expect(endOf(await run('undo'))).toHaveLength(1);
    expect(await runner.facts()).toBeUndefined();
  }
});

test('whoever watches, from any entry, live or afterwards, gets each entry once', async () => {
  hold('c');
  const wanted = request();
  await runner.start(wanted);
  await reach('c', wanted.runId);
  const live = [0, 1, 3, 5].map(async (after) => ({ after, seen: seqs(await watch(wanted.runId, after)) }));
  letGo('c');
  const seen = [...(await Promise.all(live)), ...(await Promise.all([0, 2, 7].map(async (after) => ({ after, seen: seqs(await watch(wanted.runId, after)) }))))];
  const last = seen[0]?.seen.at(-1) ?? 0;
  for (const one of seen) expect(one.seen).toEqual(countTo(last, one.after));
  expect(last).toBeGreaterThan(9);
});

test.each(['check', 'apply', 'undo'] as const)('a %s that was cut off is gone on with when the agent starts again, and its numbers go on', async (kind) => {
  if (kind === 'undo') await run('apply');
  const wanted = request(kind);
  const reached = Promise.withResolvers<void>();
  const b = fileStep('b');
  // For ever, as if its process had been killed.
  const stuck = () => (reached.resolve(), new Promise<never>(() => {}));
  const slow: SetupStep = kind === 'undo' ? { ...b, undo: stuck } : { ...b, check: stuck };
  await runner.stop();
  runner = await open({ steps: [fileStep('a'), slow, fileStep('c')] });
  await runner.start(wanted);
  const lost = watch(wanted.runId);
  await reached.promise;
  await runner.stop();
  await expect(lost).rejects.toMatchObject({ code: 'unavailable' });
  runner = await open();
  const entries = await watch(wanted.runId);
  expect(seqs(entries)).toEqual(countTo(entries.length));
  expect(endOf(entries)).toMatchObject([{ succeeded: true }]);
  expect(entries.find((entry) => 'output' in entry && entry.output.text.includes('was cut off here'))).toBeDefined();
  expect(states(entries).slice(-3)).toEqual({ check: ['a wouldChange', 'b wouldChange', 'c wouldChange'], apply: ['a ok', 'b changed', 'c changed'], undo: ['c ok', 'b changed', 'a changed'] }[kind]);
});

test('a power cut after any entry of the journal: the run ends, and undo leaves the host as it was', async () => {
  const whole = await run('apply');
  await run('undo');
  for (let cut = 0; cut < whole.length; cut += 1) {
    const wanted = request();
    await runner.start(wanted);
    await watch(wanted.runId);
    await runner.stop();
    // What a cut leaves: a part of the journal, with the half of an entry behind it; the host may be further.
    const journal = join(home, 'setup/runs', wanted.runId, 'journal.ndjson');
    const lines = readFileSync(journal, 'utf8').split('\n');
    truncateSync(journal, Buffer.byteLength(lines.slice(0, cut).map((line) => `${line}\n`).join('')) + 5);
    runner = await open();
    const entries = await watch(wanted.runId);
    expect(seqs(entries)).toEqual(countTo(entries.length));
    expect(endOf(entries)).toMatchObject([{ succeeded: true }]);
    expect((await runner.facts())?.steps.map(({ ok }) => ok)).toEqual([true, true, true]);
    await run('undo');
    expect(readdirSync(root, { recursive: true })).toEqual(onlyLock);
  }
});

test('what cannot even begin is the end of the run, with the reason', async () => {
  await runner.stop();
  runner = await openSetupRunner({ folder: join(home, 'setup'), steps, log: pino({ level: 'silent' }), createContext: async () => Promise.reject(new Error('no space left on device')) });
  expect(endOf(await run('apply'))).toEqual([{ succeeded: false, changed: 0, error: { code: 'internal', message: 'no space left on device', step: '' } }]);
  expect(endOf(await run('check'))).toHaveLength(1);
});

test('the last 20 runs are kept; of others, and of ones that never were, it says so', async () => {
  const wanted = Array.from({ length: 23 }, () => request('check'));
  for (const one of wanted) {
    await runner.start(one);
    await watch(one.runId);
  }
  expect(readdirSync(join(home, 'setup/runs'))).toHaveLength(20);
  await expect(watch((wanted[2] as StartSetup).runId)).rejects.toMatchObject({ code: 'notFound' });
  expect(endOf(await watch((wanted[3] as StartSetup).runId))).toHaveLength(1);
  await expect(watch(randomUUID())).rejects.toMatchObject({ code: 'notFound' });
});

test('drift is found by the next look and mended by the next apply; a look changes nothing', async () => {
  await run('apply');
  await runner.stop();
  runner = await open({ lookEveryMs: 20 });
  rmSync(join(root, 'etc/b.conf'));
  await expect.poll(async () => (await runner.facts())?.steps[1]?.ok === false).toBe(true);
  expect((await runner.facts())?.steps).toMatchObject([{ ok: true }, { name: 'b', ok: false, detail: '/etc/b.conf is missing' }, { ok: true }]);
  expect(existsSync(join(root, 'etc/b.conf'))).toBe(false);
  expect(states(await run('apply'))).toEqual(['a ok', 'b changed', 'c ok']);
  expect((await runner.facts())?.steps.every(({ ok }) => ok)).toBe(true);
});

test('a step that cannot be looked at is drift, with the reason', async () => {
  await run('apply');
  await runner.stop();
  runner = await open({ steps: [fileStep('a'), { ...fileStep('b'), check: async () => Promise.reject(new Error('the engine hangs')) }] });
  expect((await runner.facts())?.steps).toMatchObject([{ ok: true }, { ok: false, detail: 'the engine hangs' }]);
});

test('what is kept is closed to others', async () => {
  await run('apply');
  const files = readdirSync(join(home, 'setup'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const entry of files) expect(statSync(join(entry.parentPath, entry.name)).mode & 0o077).toBe(0);
  expect(files.length).toBeGreaterThan(2);
});
