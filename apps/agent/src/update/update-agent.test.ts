import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandResult, SetupContext } from '@novadock/host-setup';
import { defaultHostProfile } from '@novadock/model';
import { createAuthority, createControlPlaneCertificate, signStatement, type Authority } from '@novadock/rpc';
import { pino } from 'pino';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openFolderContext } from '../../../../libs/host-setup/src/testing/setup-context.ts';
import { openAgentPrograms, type AgentPrograms } from './agent-programs.ts';
import { fetchArchive } from './fetch-archive.ts';
import { fetchManifest } from './fetch-manifest.ts';
import { openTrial, type AgentTrial } from './open-trial.ts';
import { updateAgent, type UpdateDeps } from './update-agent.ts';
import { withProgramsLock } from './with-programs-lock.ts';

// Files, archives, the lock and HTTP are real; systemd is a stand-in.
const unit = 'novadock-agent.service';
let root: string;
let authority: Authority;
let server: Server;
let url: string;
let published: { manifest: Record<string, unknown>; bytes: Buffer; signedBy: Authority };
/** What the server was asked, and what systemd was told. */
let asked: string[];
let told: string[];
/** What systemctl and journalctl answer. */
let answers: Record<string, Partial<CommandResult>>;

beforeAll(async () => {
  authority = await createAuthority();
});
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'ndu-'));
  for (const folder of ['programs/1', 'units', 'run', 'home', 'root']) mkdirSync(at(folder), { recursive: true });
  symlinkSync('1', at('programs/current'));
  writeFileSync(at('programs/1', unit), 'unit of 1');
  writeFileSync(at('units', unit), 'unit of 1');
  [asked, told, answers] = [[], [], { 'systemctl show': { stdout: 'loaded\n' } }];
  publish('2');
  server = createServer((request, reply) => {
    asked.push(String(request.url));
    void (async () => {
      if (request.url?.endsWith('/manifest') !== true) return reply.end(published.bytes);
      reply.end(JSON.stringify(signStatement(await createControlPlaneCertificate(published.signedBy), JSON.stringify(published.manifest))));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.close();
  rmSync(root, { recursive: true });
});

function at(...path: string[]): string {
  return join(root, ...path);
}

/** The control plane gives out an agent whose program does `says` when it is asked for its version. */
function publish(version: string, says = `echo ${version}`): void {
  const folder = at('package');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'bin'), { recursive: true });
  for (const [name, text] of Object.entries({ 'bin/node': `#!/bin/sh\n${says}\n`, 'main.js': '', [unit]: `unit of ${version}` })) writeFileSync(join(folder, name), text, { mode: 0o755 });
  const bytes = execFileSync('tar', ['-cz', '-C', folder, '.']);
  published = { bytes, signedBy: authority, manifest: { archive: 'novadock-agent-linux-amd64.tar.gz', version, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length, unpackedBytes: 1000 } };
}

async function contextFor(agentVersion: string): Promise<SetupContext> {
  const ctx = await openFolderContext(at('home'), { profile: { name: 'p', revision: 1, ...defaultHostProfile, agentVersion }, controllerUrl: url });
  const run: SetupContext['run'] = async (command, args, options) => {
    if (command !== 'systemctl' && command !== 'journalctl') return ctx.run(command, args, options);
    told.push([command, ...args].join(' '));
    return { code: 0, stdout: '', output: '', ...answers[`${command} ${args.find((arg) => !arg.startsWith('-'))}`] };
  };
  return { ...ctx, run };
}

type Agent = { step: ReturnType<typeof updateAgent>; ctx: SetupContext; trial: AgentTrial; programs: AgentPrograms };

/** The agent of version `running`, as it starts on this host; its profile says `wanted`. */
async function startAgent(running: string, wanted: string, deps: Partial<UpdateDeps> = {}): Promise<Agent> {
  const ctx = await contextFor(wanted);
  const programs = openAgentPrograms(at('programs'));
  const trial = await openTrial({ folder: at('update'), programs: at('programs'), units: at('units'), runtimeUnits: at('run'), unit, running, use: programs.use, run: ctx.run, log: pino({ level: 'silent' }) });
  const step = updateAgent({
    running, installed: { unit, programs, trial }, restartTimeoutMs: 1,
    manifest: () => fetchManifest({ url, authority: authority.certificate, cpu: 'amd64' }),
    archive: (_url, manifest, file) => fetchArchive({ url, manifest, file, waitsMs: [1, 1] }),
    locked: (work) => withProgramsLock({ file: at('lock'), timeoutMs: 1000, work }),
    ...deps,
  });
  return { step, ctx, trial, programs };
}

/** Applies as far as to the restart, in which a real process ends. */
async function applyToRestart({ step, ctx }: Agent): Promise<void> {
  void step.apply(ctx);
  await expect.poll(() => told).toContain(`systemctl --no-block restart ${unit}`);
  told.length = 0;
}
const never = { restartTimeoutMs: 60_000 };
const versions = () => readdirSync(at('programs')).toSorted();
const current = () => readlinkSync(at('programs/current'));
const records = () => (existsSync(at('update')) ? readdirSync(at('update')).filter((name) => name.startsWith('trial.')) : []);
const dropIn = () => at('units', `${unit}.d/novadock-trial.conf`);

test('a new version is fetched, switched to on trial, passes, and ends the step; the old one stays beside it', async () => {
  const old = await startAgent('1', '2', never);
  expect(await old.step.check(old.ctx)).toMatchObject({ ok: false, why: 'the agent is 1', todo: expect.stringContaining('replace it by 2') as unknown });
  await applyToRestart(old);
  expect([current(), records(), readFileSync(at('units', unit), 'utf8')]).toEqual(['2', ['trial.ready'], 'unit of 2']);
  expect(readFileSync(dropIn(), 'utf8')).toContain(`TimeoutStartSec=60\nTimeoutStartFailureMode=kill\nExecStartPre=+/bin/sh ${at('update/fall-back.sh')} ${at('update/trial')} ${at('programs')} ${at('units')} ${unit}\n`);
  const young = await startAgent('2', '2');
  expect(young.trial.isOn).toBe(true);
  await young.trial.pass();
  expect([young.trial.isOn, records(), existsSync(dropIn()), readdirSync(at('units'))]).toEqual([false, ['trial.passed'], false, [unit]]);
  expect(await young.step.check(young.ctx)).toMatchObject({ ok: false, why: 'the agent is 2 in the place of 1, and has passed its trial' });
  await young.step.apply(young.ctx);
  expect(await young.step.check(young.ctx)).toEqual({ ok: true, detail: 'the agent is 2' });
  expect([versions(), readlinkSync(at('programs/previous')), records()]).toEqual([['1', '2', 'current', 'previous'], '1', []]);
});

test('back to the version before without asking anybody; a third one takes the place of the one before that', async () => {
  mkdirSync(at('programs/0/bin'), { recursive: true });
  writeFileSync(at('programs/0/bin/node'), '#!/bin/sh\necho 0\n', { mode: 0o755 });
  writeFileSync(at('programs/0', unit), 'unit of 1');
  symlinkSync('0', at('programs/previous'));
  const agent = await startAgent('1', '0', never);
  await applyToRestart(agent);
  expect([current(), asked, records(), existsSync(at('units', `.${unit}.before`))]).toEqual(['0', [], ['trial.ready'], false]);
  await agent.trial.takeBack();
  const next = await startAgent('1', '2');
  expect(await next.step.stage?.(next.ctx)).toBe('fetched the agent 2');
  expect(await next.step.stage?.(next.ctx)).toBe('');
  expect([current(), versions(), told.filter((line) => line.includes('restart'))]).toEqual(['1', ['0', '1', '2', 'current', 'previous'], []]);
  await next.programs.keep({ running: '2', previous: '1' });
  expect(versions()).toEqual(['1', '2', 'current', 'previous']);
});

test('a version that failed is told with the end of its log; a new run may try again', async () => {
  const agent = await startAgent('1', '2', never);
  await applyToRestart(agent);
  // As files/fall-back.sh leaves it when it is cut off before it came to the unit.
  await agent.programs.use('1');
  renameSync(at('update/trial.ready'), at('update/trial.failed'));
  const old = await startAgent('1', '2');
  expect([readFileSync(at('units', unit), 'utf8'), existsSync(dropIn()), old.trial.isOn]).toEqual(['unit of 1', false, false]);
  expect(await old.step.check(old.ctx)).toMatchObject({ ok: false, why: expect.stringContaining('its last trial on this host failed') as unknown });
  answers['journalctl novadock-agent.service'] = { stdout: 'Error: boom\n' };
  const { mtimeMs, ctimeMs } = statSync(at('update/trial.failed'));
  await expect(old.step.apply(old.ctx)).rejects.toMatchObject({ reason: 'AGENT_UPDATE_FAILED', message: expect.stringMatching(/The agent 2 did not run.*so 1 is back\. The end of its log:\nError: boom/s) as unknown });
  // What the old version has printed since is not it.
  expect(told).toContainEqual(expect.stringContaining(`--since @${(mtimeMs / 1000).toFixed(6)} --until @${(ctimeMs / 1000).toFixed(6)} `));
  await old.trial.forget();
  await applyToRestart(await startAgent('1', '2', never));
});

test.each(['ready', 'started'])('a power cut before the switch (%s): the old version puts its unit back, and the run begins anew', async (stage) => {
  await applyToRestart(await startAgent('1', '2', never));
  if (stage !== 'ready') renameSync(at('update/trial.ready'), at(`update/trial.${stage}`));
  const { trial } = await startAgent('1', '2');
  expect([trial.isOn, current(), records(), readFileSync(at('units', unit), 'utf8'), existsSync(dropIn())]).toEqual([false, '1', [], 'unit of 1', false]);
});

test.each<[what: string, arrange: () => void, error: object]>([
  ['the control plane has another version', () => publish('3'), { code: 'invalid', reason: 'AGENT_VERSION_UNAVAILABLE', message: expect.stringContaining('it has 3') as unknown }],
  ['there is no room', () => (published.manifest.unpackedBytes = 2 ** 60), { code: 'exhausted', message: expect.stringContaining('Make room') as unknown }],
  ['somebody else says what the archive is', async () => (published.signedBy = await createAuthority()), { code: 'unauthenticated', reason: 'wrongStatement' }],
  ['it is about another archive', () => (published.manifest.archive = 'novadock-agent-linux-arm64.tar.gz'), { code: 'unauthenticated' }],
])('a check tells when %s', async (_, arrange, error) => {
  await Promise.resolve(arrange());
  const { step, ctx } = await startAgent('1', '2');
  await expect(step.check(ctx)).rejects.toMatchObject(error);
  expect(versions()).toEqual(['1', 'current']);
});

test.each<[what: string, arrange: () => void, error: object]>([
  ['the archive was changed on its way', () => (published.bytes = Buffer.from(published.bytes.map((byte, index) => (index === 200 ? byte ^ 1 : byte)))), { code: 'unavailable', message: expect.stringContaining('is not what the control plane says') as unknown }],
  ['the archive is longer than it should be', () => (published.bytes = Buffer.concat([published.bytes, published.bytes])), { code: 'unavailable' }],
  ['it does not run here', () => publish('2', 'echo no libstdc++ >&2; exit 127'), { reason: 'AGENT_UPDATE_FAILED', message: expect.stringMatching(/does not run on this host.*no libstdc\+\+/s) as unknown }],
  ['it is another version than it is called', () => publish('2', 'echo 3'), { reason: 'AGENT_UPDATE_FAILED' }],
])('%s: nothing is left, and nothing was switched', async (_, arrange, error) => {
  arrange();
  const { step, ctx } = await startAgent('1', '2');
  await expect(step.apply(ctx)).rejects.toMatchObject(error);
  expect([versions(), records(), told]).toEqual([['1', 'current'], [], []]);
});

test.each<[what: string, arrange: () => void, error: object]>([
  ['systemd does not take its unit', () => (answers['systemctl show'] = { stdout: 'bad-setting\n' }), { reason: 'AGENT_UPDATE_FAILED', message: expect.stringContaining('bad-setting') as unknown }],
  ['systemd does not answer', () => (answers['systemctl daemon-reload'] = { code: 1, output: 'no bus' }), { code: 'unavailable', message: expect.stringContaining('no bus') as unknown }],
  ['systemd refuses the restart', () => (answers['systemctl restart'] = { code: 1, output: 'no such unit' }), { reason: 'AGENT_UPDATE_FAILED', message: expect.stringContaining('no such unit') as unknown }],
  ['systemd does not restart it', () => {}, { reason: 'AGENT_UPDATE_FAILED' }],
])('%s: what was begun is taken back', async (_, arrange, error) => {
  arrange();
  const { step, ctx } = await startAgent('1', '2');
  // The timer alone keeps no process alive.
  const alive = setInterval(() => {}, 1000);
  await expect(step.apply(ctx)).rejects.toMatchObject(error).finally(() => clearInterval(alive));
  expect([current(), records(), readFileSync(at('units', unit), 'utf8'), existsSync(dropIn()), readdirSync(at('run'))]).toEqual(['1', [], 'unit of 1', false, []]);
});

test('one that join.sh did not install says so, and stays', async () => {
  const { step, ctx } = await startAgent('1', '2', { installed: undefined });
  for (const asked of [step.check, step.apply]) await expect(asked(ctx)).rejects.toMatchObject({ code: 'invalid', reason: 'AGENT_NOT_INSTALLED' });
  expect([step.isWanted?.(ctx.profile), step.isWanted?.({ ...ctx.profile, agentVersion: '' })]).toEqual([true, false]);
  expect(await (await startAgent('2', '2', { installed: undefined })).step.check(ctx)).toMatchObject({ ok: true });
});

test('while join.sh is at it, it waits, and gives up in the end', async () => {
  const { step, ctx } = await startAgent('1', '2', { locked: (work) => withProgramsLock({ file: at('lock'), timeoutMs: 1, work }) });
  await withProgramsLock({ file: at('lock'), timeoutMs: 1000, work: async () => expect(step.stage?.(ctx)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('join.sh') as unknown }) });
  expect(await step.stage?.(ctx)).toBe('fetched the agent 2');
});

test('a trial that join.sh ended with a third version leaves nothing', async () => {
  await applyToRestart(await startAgent('1', '2', never));
  const { trial } = await startAgent('3', '3');
  expect([trial.isOn, records(), existsSync(dropIn()), readFileSync(at('units', unit), 'utf8')]).toEqual([false, [], false, 'unit of 2']);
});
