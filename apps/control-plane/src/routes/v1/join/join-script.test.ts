import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fillJoinScript, type JoinValues } from './fill-join-script.ts';

// The script runs for real, in a machine of which its folders lie in `root` and the programs that would touch this one are stand-ins.
const template = readFileSync(join(import.meta.dirname, '../../../../../agent/files/join.sh'), 'utf8');
const token = 'id.secret.fingerprint';
let root: string;
let values: JoinValues;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ndj-'));
  for (const folder of ['bin', 'systemd', 'run', 'units', 'lib']) mkdirSync(join(root, folder));
  values = { url: 'https://10.0.0.1:8774', pin: 'sha256//pin=', cloudId: 'cloud-1', packages: { amd64: pack('1.0+aaa'), arm64: undefined } };
  program('id', 'echo 0');
  program('uname', 'case $1 in -m) echo x86_64 ;; *) echo Linux ;; esac');
  program('systemctl', 'echo "systemctl $*" >>"$ROOT/log"');
  program('journalctl', 'echo "the log of $2"');
  program('sync', ':');
  program('curl', 'echo "curl $*" >>"$ROOT/log"; while [ "$1" != -o ]; do shift; done; cp "$ROOT/agent.tar.gz" "$2"');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function program(name: string, body: string, folder = join(root, 'bin')): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
  chmodSync(join(folder, name), 0o755);
}

const enrolAsHost = 'mkdir -p "$NOVADOCK_HOME/agent"; cd "$NOVADOCK_HOME/agent"; echo \'{\n  "hostId": "h-1",\n  "cloudId": "cloud-1",\n  "name": "n1",\n  "address": "10.0.0.5:9774"\n}\' >host.json; touch certificate.pem';

/** An agent's archive; `enrol` is what its program does when it is asked to, `show` when it is asked for its version. */
function pack(version: string, { enrol = enrolAsHost, show = `echo ${version}` } = {}) {
  const folder = join(root, 'package');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'bin'), { recursive: true });
  program('node', `shift\n[ "$1" = --version ] && { ${show}; exit; }\nread -r got\necho "agent $* <$got" >>"$ROOT/log"\n${enrol}`, join(folder, 'bin'));
  for (const [name, content] of Object.entries({ 'main.js': '', VERSION: version, 'novadock-agent.service': `# ${version}\n` })) writeFileSync(join(folder, name), content);
  const file = join(root, 'agent.tar.gz');
  spawnSync('tar', ['-czf', file, '-C', folder, '.']);
  const bytes = readFileSync(file);
  return { file, version, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length, unpackedBytes: 2048 };
}

type Run = { args?: string[]; shell?: string[]; before?: string; path?: string };

function run({ args = ['--token', token], shell = ['sh'], before = '', path = `${root}/bin:${process.env.PATH}` }: Run = {}) {
  const script = fillJoinScript(template, values)
    .replace('/usr/local/lib/novadock/agent', `${root}/lib/novadock/agent`).replace('/var/lib/novadock', `${root}/home`).replace('/etc/systemd/system', `${root}/units`)
    .replace('/run/systemd/system', `${root}/systemd`).replace('/run/novadock-join.lock', `${root}/run/lock`);
  const { status, stdout, stderr } = spawnSync(shell[0] ?? '', [...shell.slice(1), '-s', '--', ...args], { input: `${before}${script}`, encoding: 'utf8', env: { PATH: path, ROOT: root } });
  const log = existsSync(join(root, 'log')) ? readFileSync(join(root, 'log'), 'utf8').trim().split('\n') : [];
  rmSync(join(root, 'log'), { force: true });
  return { status, stdout, stderr, log };
}

const programs = () => join(root, 'lib/novadock/agent');
const started = ['systemctl daemon-reload', 'systemctl enable --quiet novadock-agent.service', 'systemctl restart novadock-agent.service'];
const enrolled = `agent enrol --join https://10.0.0.1:8774 --pin sha256//pin= --token - <${token}`;

/** Of a machine that is enrolled: whether it still is that one. */
const known = 'agent enrol <';

describe.each([[['dash']], [['bash']], [['busybox', 'ash']]])('in %j', (shell) => {
  test('a bare machine becomes a host: it fetches by the pin, installs, enrols with the token on stdin, starts', () => {
    const { status, stdout, stderr, log } = run({ shell });
    expect([status, stderr]).toEqual([0, '']);
    expect(log).toEqual([expect.stringMatching(/^curl -fsSk --pinnedpubkey sha256\/\/pin= .*--speed-time 30 --retry 3 .* https:\/\/10\.0\.0\.1:8774\/v1\/agent\/novadock-agent-linux-amd64\.tar\.gz$/), enrolled, ...started]);
    expect(readdirSync(programs()).toSorted()).toEqual(['1.0+aaa', 'current']);
    expect(readlinkSync(join(programs(), 'current'))).toBe('1.0+aaa');
    expect(readdirSync(join(root, 'units'))).toEqual(['novadock-agent.service']);
    // Whoever comes while it runs has to find the file that it holds.
    expect(readdirSync(join(root, 'run'))).toEqual(['lock']);
    expect(statSync(join(root, 'run/lock')).mode & 0o777).toBe(0o600);
    expect(stdout).toContain('n1 is a host of the cloud at https://10.0.0.1:8774: id h-1, its agent (1.0+aaa) answers at 10.0.0.5:9774.');
    expect(stdout).toContain('novadock host prepare n1');
  });

  test('cut off anywhere it does nothing', () => {
    const script = fillJoinScript(template, values);
    const lines = script.trimEnd().split('\n').length;
    for (let kept = 1; kept < lines; kept += 7) {
      const { stdout } = spawnSync(shell[0] ?? '', [...shell.slice(1), '-s', '--', '--token', token], { input: script.split('\n').slice(0, kept).join('\n'), encoding: 'utf8', env: { PATH: `${root}/bin:${process.env.PATH}`, ROOT: root } });
      expect([kept, stdout, existsSync(join(root, 'log'))]).toEqual([kept, '', false]);
    }
  });
});

test('name and address are passed on; the token may also come with the script', () => {
  expect(run({ args: ['--name', 'n 1', '--address', '10.0.0.9:9774'], before: `novadock_token='${token}'\n` }).log).toContain(enrolled.replace(' <', ' --name n 1 --address 10.0.0.9:9774 <'));
});

test.each([[['sh']], [['bash']], [['busybox', 'ash']]])('the token may lie in a file, with an end of its line or without, in %j', (shell) => {
  const file = join(root, 'token');
  for (const content of [`${token}\n`, token]) {
    writeFileSync(file, content);
    rmSync(join(root, 'home'), { recursive: true, force: true });
    expect(run({ shell, args: ['--token-file', file] })).toMatchObject({ status: 0, stderr: '', log: expect.arrayContaining([enrolled]) as unknown });
  }
});

test('what it starts is not told the command line by the environment, as sudo would have it', () => {
  values.packages.amd64 = pack('1.0+aaa', { enrol: `env >"$ROOT/environment"\n${enrolAsHost}` });
  program('sudo', 'export SUDO_COMMAND="/usr/bin/sh $*"; exec sh "$@"');
  expect(run({ shell: ['sudo'], args: ['--token', token] }).status).toBe(0);
  expect(readFileSync(join(root, 'environment'), 'utf8')).toMatch(/^ROOT=/m);
  expect(readFileSync(join(root, 'environment'), 'utf8')).not.toContain('secret');
});

test('a host of this cloud is brought up to date, without a token, and of the old programs those before stay', () => {
  run();
  expect(run({ args: [] })).toMatchObject({ log: [known, ...started], stdout: expect.not.stringContaining('token') as unknown });
  expect(run()).toMatchObject({ log: [known, ...started], stdout: expect.stringContaining('the token was not used') as unknown });
  values.packages.amd64 = pack('1.1+bbb');
  const { status, log } = run({ args: [] });
  expect([status, log]).toEqual([0, [expect.stringContaining('curl'), known, ...started]]);
  expect(readdirSync(programs()).toSorted()).toEqual(['1.0+aaa', '1.1+bbb', 'current', 'previous']);
  expect(readlinkSync(join(programs(), 'current'))).toBe('1.1+bbb');
  expect(readFileSync(join(root, 'units/novadock-agent.service'), 'utf8')).toBe('# 1.1+bbb\n');
  values.packages.amd64 = pack('1.2+ccc');
  expect(run({ args: [] }).status).toBe(0);
  expect(readdirSync(programs()).toSorted()).toEqual(['1.1+bbb', '1.2+ccc', 'current', 'previous']);
  expect(readlinkSync(join(programs(), 'previous'))).toBe('1.1+bbb');
});

test("a copy of a host's disk is refused in the agent's words, before the agent that runs is touched", () => {
  run();
  values.packages.amd64 = pack('1.1+bbb', { enrol: 'echo "This machine is not the one that joined as n1." >&2; exit 1' });
  const { status, stderr, log } = run({ args: [] });
  expect([status, stderr]).toEqual([1, expect.stringMatching(/not the one that joined as n1\.\njoin\.sh: .*the reason is above/)]);
  expect(log.filter((line) => line.startsWith('systemctl'))).toEqual([]);
  expect(readlinkSync(join(programs(), 'current'))).toBe('1.0+aaa');
});

test.each(['ready', 'started'])('a version of the agent that is on trial (%s) is replaced, and nothing of the trial is left', (stage) => {
  run();
  values.packages.amd64 = pack('1.1+bbb');
  mkdirSync(join(programs(), '2.0+new'));
  rmSync(join(programs(), 'current'));
  symlinkSync('2.0+new', join(programs(), 'current'));
  mkdirSync(join(root, 'home/agent/update'));
  writeFileSync(join(root, `home/agent/update/trial.${stage}`), '1.0+aaa 2.0+new\n');
  mkdirSync(join(root, 'units/novadock-agent.service.d'));
  for (const file of ['.novadock-agent.service.before', 'novadock-agent.service.d/novadock-trial.conf']) writeFileSync(join(root, 'units', file), '');
  expect(run({ args: [] })).toMatchObject({ status: 0, stderr: '' });
  expect([readlinkSync(join(programs(), 'current')), readlinkSync(join(programs(), 'previous'))]).toEqual(['1.1+bbb', '1.0+aaa']);
  expect([readdirSync(programs()).toSorted(), readdirSync(join(root, 'units')), readdirSync(join(root, 'home/agent/update'))]).toEqual([['1.0+aaa', '1.1+bbb', 'current', 'previous'], ['novadock-agent.service'], []]);
});

test.each([
  ['curl', 'kill -9 $PPID'],
  ['sync', 'kill -9 $PPID'],
  ['systemctl', '[ "$1" != daemon-reload ] || kill -9 $PPID'],
])('killed in %s and run again, it ends as if it had not been', (name, body) => {
  const before = readFileSync(join(root, 'bin', name), 'utf8');
  program(name, body);
  expect(run().status).not.toBe(0);
  writeFileSync(join(root, 'bin', name), before);
  const isEnrolled = existsSync(join(root, 'home/agent/certificate.pem'));
  expect(run({ args: isEnrolled ? [] : ['--token', token] })).toMatchObject({ status: 0, stderr: '' });
  expect([readdirSync(programs()).toSorted(), readdirSync(join(root, 'run')), readdirSync(join(root, 'units'))]).toEqual([['1.0+aaa', 'current'], ['lock'], ['novadock-agent.service']]);
});

/** Hides a program of this machine. */
function pathWithout(name: string): string {
  const folder = join(root, 'all');
  mkdirSync(folder);
  for (const each of ['sh', 'tar', 'gzip', 'sha256sum', 'flock', 'sed', 'df', 'mktemp', 'cp', 'mv', 'ln', 'rm', 'mkdir', 'cat', 'sleep'].filter((program) => program !== name)) {
    spawnSync('ln', ['-s', spawnSync('which', [each], { encoding: 'utf8' }).stdout.trim(), join(folder, each)]);
  }
  return `${root}/bin:${folder}`;
}

describe('it says what to do, and changes nothing, when', () => {
  const foreign = () => {
    mkdirSync(join(root, 'home/agent'), { recursive: true });
    writeFileSync(join(root, 'home/agent/certificate.pem'), '');
    writeFileSync(join(root, 'home/agent/host.json'), '{"cloudId": "cloud-2"}');
  };
  test.each<[what: string, arrange: () => Run | void, message: RegExp]>([
    ['the user is not root', () => program('id', 'echo 1000'), /put sudo before sh/],
    ['the system is no Linux', () => program('uname', 'echo Darwin'), /has to run Linux; this is Darwin/],
    ['there is no agent for the CPU type', () => program('uname', 'case $1 in -m) echo riscv64 ;; *) echo Linux ;; esac'), /no agent for this CPU type, riscv64/],
    ['the agent for the CPU type is not made', () => program('uname', 'case $1 in -m) echo aarch64 ;; *) echo Linux ;; esac'), /npm run package-agent -- arm64/],
    ['systemd does not run', () => rmSync(join(root, 'systemd'), { recursive: true }), /systemd does not run/],
    ['a program is missing', () => ({ path: pathWithout('flock'), shell: ['/bin/sh'] }), /Programs are missing: flock\. Install/],
    ['there is no token', () => ({ args: [] }), /novadock host token/],
    ['an option is not known', () => ({ args: ['--fast', '1'] }), /no option --fast\. Options are/],
    ['the file of the token is not there', () => ({ args: ['--token-file', `${root}/none`] }), /no token in .*\/none/],
    ['the file of the token is empty', () => ({ args: ['--token-file', '/dev/null'] }), /no token in \/dev\/null/],
    ['a value is missing', () => ({ args: ['--token'] }), /--token needs a value/],
    ['the disk is full', () => program('df', 'printf "Filesystem 1024-blocks Used Available Capacity Mounted\\n/dev/x 100 99 1 99%% /\\n"'), /takes 0 MiB.*0 MiB are free/],
    ['it is a host of another cloud', foreign, /another cloud \(cloud-2\).*novadock host forget.*rm -f .*\/agent\/\*\.pem/],
    ['it runs already', () => ({ before: `exec 8>${root}/run/lock; flock 8\n` }), /runs already/],
    ['nobody answers', () => program('curl', 'echo "curl: (7) refused" >&2; exit 7'), /could not be fetched \(curl: 7/],
    ['another key is shown', () => program('curl', 'exit 90'), /does not have the key/],
    ['the archive is not given out', () => program('curl', 'exit 22'), /does not give out/],
    ['the archive was changed', () => void (values.packages.amd64!.sha256 = '0'.repeat(64)), /was changed on its way/],
    ['the archive is broken', () => {
      writeFileSync(join(root, 'agent.tar.gz'), 'no archive');
      values.packages.amd64!.sha256 = createHash('sha256').update('no archive').digest('hex');
    }, /could not be unpacked/],
    ['the agent does not run here', () => void (values.packages.amd64 = pack('1.0+aaa', { show: 'echo no libstdc++ >&2; exit 127' })), /does not run on this machine: no libstdc\+\+/],
  ])('%s', (_, arrange, message) => {
    const { status, stderr, log } = run(arrange() ?? {});
    expect([status, stderr]).toEqual([1, expect.stringMatching(message)]);
    expect(log.filter((line) => !line.startsWith('curl'))).toEqual([]);
    expect(readdirSync(join(root, 'units'))).toEqual([]);
    expect(existsSync(programs()) ? readdirSync(programs()) : []).toEqual([]);
  });
});

test('a refused token is told as the agent tells it, and nothing is started', () => {
  values.packages.amd64 = pack('1.0+aaa', { enrol: 'echo "The token is used up." >&2; exit 1' });
  const { status, stderr, log } = run();
  expect([status, stderr]).toEqual([1, expect.stringMatching(/The token is used up\.\n.*was not enrolled.*fresh token/s)]);
  expect(log.filter((line) => line.startsWith('systemctl'))).toEqual([]);
});

test('an agent that does not start: the end of its log, and that no token is needed', () => {
  program('systemctl', '[ "$1" != restart ]');
  expect(run()).toMatchObject({ status: 1, stderr: expect.stringMatching(/the log of novadock-agent\.service\n.*does not start.*no token/s) as unknown });
});

test('a URL that a shell could take for more is refused', () => {
  for (const url of ["https://x'; reboot; '", 'https://$(id)', 'https://a b', 'http://10.0.0.1:8774']) expect(() => fillJoinScript(template, { ...values, url })).toThrow(/NOVADOCK_PUBLIC_URL/);
});
