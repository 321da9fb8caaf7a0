import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultHostProfile, type NovaDockerProfile } from '@novadock/model';
import { runCommand, type CommandResult } from '../run-command.ts';
import type { SetupContext } from '../setup-step.ts';
import { driverFiles, makeRepository, makeWheels, serveIndex } from './python-packages.ts';
import { createFolderContext } from './setup-context.ts';
import { unpackOpenstack } from './unpack-openstack.ts';

type Run = SetupContext['run'];
type Options = { profile?: Partial<NovaDockerProfile>; python?: Run; onRestart?: (unit: string) => Promise<void>; breaks?: () => boolean };

/** For tests: whatever pip is told elsewhere on this machine, only the test's own index is asked. */
export const pipEnv = { PYTHONDONTWRITEBYTECODE: '1', PIP_CONFIG_FILE: '/dev/null', PIP_FIND_LINKS: '', PIP_EXTRA_INDEX_URL: '' };

/** Not by execFileSync: the index is served by this very process. */
async function pip(virtualenv: string, ...args: string[]): Promise<string> {
  const { code, stdout, output } = await runCommand(join(virtualenv, 'bin/python'), ['-m', 'pip', '--disable-pip-version-check', ...args], { env: pipEnv });
  if (code !== 0) throw new Error(output);
  return stdout;
}

/** For tests: Debian's Nova and Glance below the folder `root`, Nova 12 in the virtualenv `venv`, and an index of drivers: all that nodes are made of. */
export async function openDebianOpenstack() {
  const shared = mkdtempSync(join(tmpdir(), 'ndo-'));
  unpackOpenstack(join(shared, 'root'));
  // Compiles what is asked for again and again, as the installation of a package does.
  execFileSync('/usr/bin/python3', ['-c', 'from glance.common import config'], { env: { PYTHONPATH: join(shared, 'root/usr/lib/python3/dist-packages') } });
  makeWheels(join(shared, 'index'), [
    { name: 'nova', version: '12.0.6', files: { 'nova/__init__.py': '', 'nova/virt/__init__.py': '' } },
    { name: 'nova-docker', version: '0.9', files: driverFiles },
    { name: 'nova-docker', version: '1.0', requires: ['docker-py>=1.6,<1.8', 'six'], files: driverFiles },
    { name: 'nova-docker', version: '2.0', requires: ['six>=2'], files: driverFiles },
    ...['1.5', '1.7.2', '1.10'].map((version) => ({ name: 'docker-py', version })),
    ...['1.9', '2.0'].map((version) => ({ name: 'six', version })),
    { name: 'ansible', version: '9.0' },
  ]);
  makeRepository(join(shared, 'nova-docker.git'), { branch: 'stable/liberty', name: 'nova-docker', version: '1.0', requires: ['docker-py<1.8'], files: driverFiles });
  const index = await serveIndex(join(shared, 'index'));
  execFileSync('/usr/bin/python3', ['-m', 'venv', join(shared, 'venv')]);
  await pip(join(shared, 'venv'), 'install', '-q', '--index-url', index.url, 'nova', 'six==1.9');
  const removals: (() => Promise<void>)[] = [];

  /** A Debian with Nova and Glance in a folder: their own files, real processes for their services, Nova 12 in a virtualenv. */
  async function createNode(options: Options = {}) {
    const { ctx, folder, remove } = await createFolderContext();
    cpSync(join(shared, 'root/etc'), join(ctx.root, 'etc'), { recursive: true });
    // By links: pip removes files, and changes none.
    mkdirSync(join(ctx.root, 'opt'));
    execFileSync('cp', ['-al', join(shared, 'venv'), join(ctx.root, 'opt/nova')]);
    cpSync(join(shared, 'root/usr/bin'), join(ctx.root, 'usr/bin'), { recursive: true });
    symlinkSync('/proc', join(ctx.root, 'proc'));
    symlinkSync('/usr/bin/git', join(ctx.root, 'usr/bin/git'));
    writeFileSync(join(ctx.root, 'etc/group'), 'docker:x:998:nova\nnova:x:64060:\n');
    const restarts: string[] = [];
    const services = new Map<string, ChildProcess>();
    const start = (unit: string) => {
      services.get(unit)?.kill('SIGKILL');
      if (options.breaks?.() !== true) services.set(unit, spawn('/usr/bin/sleep', ['3600'], { stdio: 'ignore' }));
      else services.delete(unit);
    };
    const systemctl = async ([verb, ...args]: string[]): Promise<Partial<CommandResult>> => {
      if (verb === 'restart') {
        restarts.push(args[0] ?? '');
        await options.onRestart?.(args[0] ?? '');
        start(args[0] ?? '');
      }
      if (verb !== 'show') return {};
      const blocks = args.slice(1).map((name) => {
        const unit = name.replace('.service', '');
        const pid = services.get(unit)?.pid ?? 0;
        const known = ['nova-compute', 'glance-api'].includes(unit);
        return `Id=${name}\nLoadState=${known ? 'loaded' : 'not-found'}\nActiveState=${pid === 0 ? 'failed' : 'active'}\nMainPID=${pid}\nUser=${known ? unit.split('-')[0] : ''}`;
      });
      return { stdout: `${blocks.join('\n\n')}\n` };
    };
    const run: Run = async (command, args, settings) => {
      if (command === 'journalctl') return { code: 0, stdout: 'ERROR nova.virt.driver Unable to load the virtualization driver\n', output: '' };
      if (command === 'systemctl') return { code: 0, stdout: '', output: '', ...(await systemctl(args)) };
      if (command === '/usr/bin/python3' && options.python) return options.python(command, args, settings);
      // What Debian installed lies below the folder, and so does the virtualenv.
      const env = { ...settings?.env, ...pipEnv, ...(command === '/usr/bin/python3' ? { PYTHONPATH: join(shared, 'root/usr/lib/python3/dist-packages') } : {}) };
      const result = await runCommand(command.startsWith('/opt/') ? join(ctx.root, command) : command, args, { ...settings, env });
      return { ...result, stdout: result.stdout.replaceAll(ctx.root, '') };
    };
    for (const unit of ['nova-compute', 'glance-api']) start(unit);
    const novaDocker = { package: 'nova-docker==1.0', indexUrl: index.url, virtualenv: '/opt/nova', compute: true, glance: true, ...options.profile };
    const node = {
      ctx: { ...ctx, run, host: { ...ctx.host, serviceManager: 'systemd' as const }, engineTimeoutMs: 2000, profile: { name: 'nova-docker', revision: 1, ...defaultHostProfile, dockerGroup: ['nova'], novaDocker } },
      restarts,
      path: (path: string) => join(ctx.root, path),
      read: (path: string) => readFileSync(join(ctx.root, path), 'utf8'),
      tree: () => treeOf(folder, ['root/etc', 'root/opt']),
      pip: (...args: string[]) => pip(join(ctx.root, 'opt/nova'), ...args),
    };
    removals.push(async () => {
      for (const process of services.values()) process.kill('SIGKILL');
      await remove();
    });
    return node;
  }

  return {
    folder: shared,
    indexUrl: index.url,
    createNode,
    /** After each test. */
    removeNodes: async () => {
      for (const remove of removals.splice(0)) await remove();
    },
    close: async () => {
      await index.close();
      rmSync(shared, { recursive: true });
    },
  };
}

export type DebianOpenstack = Awaited<ReturnType<typeof openDebianOpenstack>>;
export type DebianNode = Awaited<ReturnType<DebianOpenstack['createNode']>>;

/** Every file with its mode, owner and content. */
function treeOf(folder: string, tops: string[]): Record<string, string> {
  const files = tops.flatMap((top) => readdirSync(join(folder, top), { recursive: true, encoding: 'utf8' }).map((name) => join(top, name)));
  return Object.fromEntries(files.sort().map((file) => {
    const status = lstatSync(join(folder, file));
    return [file, `${status.mode.toString(8)} ${status.uid}:${status.gid} ${status.isFile() ? createHash('sha256').update(readFileSync(join(folder, file))).digest('hex') : ''}`];
  }));
}
