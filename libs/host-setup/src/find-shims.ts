import { access, readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { dataRoots } from './data-roots.ts';
import type { SetupContext } from './setup-step.ts';

/** Of systemd's containerd, which the engine uses where there is one. */
const sharedSocket = '/run/containerd/containerd.sock';

/** The ids of the engine's containers whose containerd-shim runs, whether the engine does or not. Those of Kubernetes, and of engines of other users, are not among them. */
export async function findShims(ctx: SetupContext): Promise<string[]> {
  const names = await readdir(join(ctx.root, '/proc')).catch(() => []);
  const all = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map((pid) => readShim(ctx, pid)));
  return all.filter((id) => id !== undefined);
}

async function readShim(ctx: SetupContext, pid: string): Promise<string | undefined> {
  // It may have ended meanwhile.
  const args = (await readFile(join(ctx.root, '/proc', pid, 'cmdline'), 'utf8').catch(() => '')).split('\0');
  const valueOf = (flag: string) => args[args.findIndex((arg) => arg === `-${flag}` || arg === `--${flag}`) + 1] ?? '';
  if (!basename(args[0] ?? '').startsWith('containerd-shim') || valueOf('namespace') !== 'moby') return undefined;
  const id = valueOf('id');
  const own = join(dirname(ctx.paths.containerdPidFile), 'containerd.sock');
  const isOurs = [sharedSocket, own].map(withoutVar).includes(withoutVar(valueOf('address')));
  return isOurs || (await hasContainer(ctx, id)) ? id : undefined;
}

async function hasContainer(ctx: SetupContext, id: string): Promise<boolean> {
  const found = await Promise.all((await dataRoots(ctx)).map((folder) => access(join(ctx.root, folder, 'containers', id)).then(() => true, () => false)));
  return id !== '' && found.includes(true);
}

/** /var/run is /run. */
function withoutVar(path: string): string {
  return path.replace(/^\/var\/run\//, '/run/');
}
