import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudError, type SetupKind } from '@novadock/model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileChange } from './file-change.ts';
import { runSetup, type SetupNews } from './run-setup.ts';
import type { SetupContext, SetupStep } from './setup-step.ts';
import { openFolderContext } from './testing/setup-context.ts';
import { writeHostFile } from './write-host-file.ts';

let folder: string;
let ctx: SetupContext;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nds-'));
  ctx = await openFolderContext(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

const isThere = (path: string) => existsSync(join(ctx.root, path));

/** A step that wants a file to be there. */
function fileStep(name: string, more: Partial<SetupStep> = {}): SetupStep {
  const path = `/etc/${name}.conf`;
  return {
    name,
    title: `File of ${name}`,
    check: async () => (isThere(path) ? { ok: true, detail: `${path} is there` } : { ok: false, why: `${path} is missing`, todo: `write ${path}`, files: [fileChange(path, undefined, 'x\n')] }),
    apply: async (context) => writeHostFile(context, name, { path, content: 'x\n' }),
    undo: async (context) => ((await context.changes.restoreFiles(name)).length > 0 ? `${path} is gone again` : ''),
    ...more,
  };
}

async function run(kind: SetupKind, steps: SetupStep[], more: { ctx?: SetupContext; signal?: AbortSignal } = {}) {
  const news: SetupNews[] = [];
  const end = await runSetup({ kind, ctx, steps, report: async (item) => void news.push(structuredClone(item)), ...more });
  const changes = news.flatMap((item) => ('step' in item ? [item.step] : []));
  const output = news.flatMap((item) => ('output' in item ? [item.output.text] : [])).join('');
  return { end, news, output, changes, states: changes.map(({ name, state }) => `${name} ${state}`) };
}

test('check tells of every step what would be done, with the files, and does none of it', async () => {
  const { end, changes } = await run('check', [fileStep('a'), fileStep('b')]);
  expect(end).toEqual({ succeeded: true, changed: 2, error: undefined });
  expect(changes).toMatchObject([
    { name: 'a', title: 'File of a', state: 'runs', files: [], durationMs: 0 },
    { name: 'a', state: 'wouldChange', detail: '/etc/a.conf is missing; to do: write /etc/a.conf', files: [{ path: '/etc/a.conf', diff: expect.stringContaining('+x') }] },
    { name: 'b', state: 'runs' },
    { name: 'b', state: 'wouldChange' },
  ]);
  expect(isThere('/etc')).toBe(false);
});

test('check goes on after a step that cannot be looked at, and does not call what waits for an earlier step a failure', async () => {
  const blind = (name: string, error: Error) => fileStep(name, { check: async () => Promise.reject(error) });
  const steps = [blind('early', new Error('connect ENOENT')), fileStep('a'), blind('late', new Error('connect ENOENT')), blind('bad', new CloudError('invalid', 'mend it', { reason: 'ENGINE_CONFIG_INVALID' })), fileStep('b')];
  const { end, states, changes } = await run('check', steps);
  expect(states.filter((state) => !state.endsWith('runs'))).toEqual(['early failed', 'a wouldChange', 'late wouldChange', 'bad failed', 'b wouldChange']);
  expect(changes.find(({ name, state }) => name === 'late' && state === 'wouldChange')?.detail).toMatch(/once the steps before it are done: connect ENOENT/);
  expect(end).toEqual({ succeeded: false, changed: 3, error: { code: 'unavailable', message: 'connect ENOENT', step: 'early' } });
});

test('stage fetches what each step needs, changes nothing, and ends at the first that fails', async () => {
  const steps = [fileStep('a', { stage: async () => 'fetched 2 packages' }), fileStep('b'), fileStep('c', { stage: async () => '' })];
  const { end, changes } = await run('stage', steps);
  expect(end).toEqual({ succeeded: true, changed: 1, error: undefined });
  expect(changes.filter(({ state }) => state !== 'runs').map(({ name, state, detail }) => [name, state, detail])).toEqual([['a', 'changed', 'fetched 2 packages'], ['b', 'ok', 'there was nothing to fetch'], ['c', 'ok', 'there was nothing to fetch']]);
  expect(isThere('/etc')).toBe(false);
  const failed = await run('stage', [fileStep('a', { stage: async () => Promise.reject(new CloudError('unavailable', 'no mirror')) }), fileStep('b')]);
  expect(failed.end).toEqual({ succeeded: false, changed: 0, error: { code: 'unavailable', message: 'no mirror', step: 'a' } });
  expect(failed.states).toEqual(['a runs', 'a failed']);
});

test('apply brings about what is missing, looks again, and a second run changes nothing', async () => {
  const steps = [fileStep('a'), fileStep('b')];
  const first = await run('apply', steps);
  expect(first.end).toEqual({ succeeded: true, changed: 2, error: undefined });
  expect(first.states).toEqual(['a runs', 'a runs', 'a changed', 'b runs', 'b runs', 'b changed']);
  expect(first.changes[1]).toMatchObject({ detail: 'write /etc/a.conf', files: [{ path: '/etc/a.conf' }] });
  expect(first.changes[2]).toMatchObject({ detail: '/etc/a.conf is there', files: [{ path: '/etc/a.conf' }], durationMs: expect.any(Number) });
  const second = await run('apply', steps);
  expect(second.end).toEqual({ succeeded: true, changed: 0, error: undefined });
  expect(second.states).toEqual(['a runs', 'a ok', 'b runs', 'b ok']);
});

test.each([
  ['throws what to do', { apply: async () => Promise.reject(new CloudError('unavailable', 'the mirror does not answer; try later', { reason: 'mirrorDown' })) }, { code: 'mirrorDown', message: 'the mirror does not answer; try later', step: 'b' }],
  ['changes nothing', { apply: async () => {} }, { code: 'unavailable', message: '/etc/b.conf is missing, even after this was done: write /etc/b.conf. Do it by hand, then run the set-up again', step: 'b' }],
])('apply ends at the first step that %s', async (_, more, error) => {
  const { end, states } = await run('apply', [fileStep('a'), fileStep('b', more), fileStep('c')]);
  expect(end).toEqual({ succeeded: false, changed: 1, error });
  expect(states.at(-1)).toBe('b failed');
  expect([isThere('/etc/a.conf'), isThere('/etc/c.conf')]).toEqual([true, false]);
});

test('undo takes back in reverse order, once, and leaves the host as it was', async () => {
  const steps = [fileStep('a'), fileStep('b'), fileStep('c')];
  await run('apply', steps.slice(0, 2));
  const { end, states, changes } = await run('undo', steps);
  expect(states).toEqual(['c runs', 'c ok', 'b runs', 'b changed', 'a runs', 'a changed']);
  expect(end).toEqual({ succeeded: true, changed: 2, error: undefined });
  expect(changes[3]).toMatchObject({ detail: '/etc/b.conf is gone again', files: [{ path: '/etc/b.conf', diff: expect.stringContaining('-x') }] });
  expect(isThere('/etc')).toBe(false);
  expect((await run('undo', steps)).end).toEqual({ succeeded: true, changed: 0, error: undefined });
});

test('an undo that fails stays remembered, and is gone on with by the next', async () => {
  const steps = [fileStep('a'), fileStep('b', { undo: async () => Promise.reject(new Error('the engine does not stop')) })];
  await run('apply', steps);
  expect((await run('undo', steps)).end).toEqual({ succeeded: false, changed: 0, error: { code: 'unavailable', message: 'the engine does not stop', step: 'b' } });
  expect((await run('undo', [fileStep('a'), fileStep('b')])).end).toMatchObject({ succeeded: true, changed: 2 });
});

test('without root nothing is changed, and the message says what root would do', async () => {
  const user = { ...ctx, host: { ...ctx.host, isRoot: false } };
  expect((await run('apply', [fileStep('a')], { ctx: user })).end.error).toMatchObject({ code: 'forbidden', message: expect.stringMatching(/as root \(sudo\).*is missing; to do: write/) });
  expect((await run('check', [fileStep('a')], { ctx: user })).end.succeeded).toBe(true);
  expect((await run('undo', [fileStep('a')], { ctx: user })).end.error?.code).toBe('forbidden');
  expect(isThere('/etc')).toBe(false);
});

test('the log has each command as it was run, then what it printed, before what became of the step', async () => {
  const apply: SetupStep['apply'] = async (context) => {
    await context.run('sh', ['-c', "printf 'one\\ntwo'; printf '10%%\\r100%%\\n' >&2"]);
    await context.run('echo', ['a probe'], { isProbe: true });
    await context.run('sh', ['-c', 'echo no >&2; exit 4']);
    await fileStep('a').apply(context);
  };
  const check: SetupStep['check'] = async (context) => (await context.run('echo', ['a question']), fileStep('a').check(context));
  const { news, output } = await run('apply', [fileStep('a', { apply, check })]);
  expect(output).toMatch(/^\$ sh -c 'printf [^]*'\n(one\n100%\ntwo|100%\none\ntwo)\n\$ sh -c 'echo no >&2; exit 4'\nno\n\(exit 4\)\n$/);
  expect(news.at(-1)).toMatchObject({ step: { state: 'changed' } });
});

test('what a check or a probe asked is in the log where the step fails, and only there', async () => {
  const check: SetupStep['check'] = async (context) => {
    const { code } = await context.run('sh', ['-c', 'echo not so; exit 1']);
    throw new CloudError('invalid', `exit ${code}`);
  };
  const { output, states } = await run('apply', [fileStep('a', { check })]);
  expect(output).toBe("$ sh -c 'echo not so; exit 1'\nnot so\n(exit 1)\n");
  expect(states).toEqual(['a runs', 'a failed']);
});

test('no secret gets into log, details or error', async () => {
  const secret = 'xyzzy123';
  const apply: SetupStep['apply'] = async (context) => {
    await context.run('echo', [`http://user:${secret}@proxy:3128`, `--token`, secret, `{"auth": "${secret}"}`]);
    throw new CloudError('unavailable', `a pass=1: password=${secret}`);
  };
  const { news, end } = await run('apply', [fileStep('a', { apply })]);
  expect(JSON.stringify([news, end])).not.toContain(secret);
  expect(end.error?.message).toBe('a pass=1: password=***');
});

test('of two runs at once, the second waits and finds everything done', async () => {
  const [first, second] = await Promise.all([run('apply', [fileStep('a')]), run('apply', [fileStep('a')])]);
  expect([first.end.changed, second.end.changed].sort()).toEqual([0, 1]);
});

test('a run that is given up lets go of the host at once, though a step hangs', async () => {
  const abort = new AbortController();
  const hangs = fileStep('a', { apply: () => (abort.abort(new Error('stopped')), new Promise(() => {})) });
  await expect(run('apply', [hangs], { signal: abort.signal })).rejects.toThrow('stopped');
  expect((await run('apply', [fileStep('a')])).end.succeeded).toBe(true);
});

test('news that cannot be kept ends the run', async () => {
  const report = async (news: SetupNews) => {
    if ('step' in news && news.step.state === 'changed') throw new Error('the disk is full');
    if ('step' in news && news.step.state === 'failed') throw new Error('the disk is full');
  };
  await expect(runSetup({ kind: 'apply', ctx, steps: [fileStep('a'), fileStep('b')], report })).rejects.toThrow('the disk is full');
  expect(readFileSync(join(ctx.root, '/etc/a.conf'), 'utf8')).toBe('x\n');
  expect(isThere('/etc/b.conf')).toBe(false);
});

test('undo leaves a file that was edited since, and says so', async () => {
  await run('apply', [fileStep('a'), fileStep('b')]);
  writeFileSync(join(ctx.root, '/etc/a.conf'), 'edited\n');
  const { end, changes } = await run('undo', [fileStep('a'), fileStep('b')]);
  expect(end).toMatchObject({ succeeded: true, changed: 2 });
  expect(changes.find(({ name, state }) => name === 'a' && state === 'changed')?.detail).toMatch(/^\/etc\/a\.conf was edited since, so it was left: remove it, or what Novadock wrote in it, by hand$/);
  expect([isThere('/etc/a.conf'), isThere('/etc/b.conf')]).toEqual([true, false]);
});
