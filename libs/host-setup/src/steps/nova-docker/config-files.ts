import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudError } from '@novadock/model';
import { orMissing } from '../../or-missing.ts';
import type { SetupContext } from '../../setup-step.ts';
import { findProcess } from './find-process.ts';
import type { NodeService } from './node-service.ts';

/** `main` is where a setting goes that no file has yet; `others` are read as well, some of them later, so that they win. */
export type ConfigFiles = { main: string; others: string[] };

/** The configuration files that a service reads: those that its running process names, else those that it looks for. Throws `invalid` when there is none. */
export async function configFiles(ctx: SetupContext, service: NodeService): Promise<ConfigFiles> {
  const args = (await findProcess({ root: ctx.root, program: service.name }))?.args ?? [];
  const named = valuesOf(args, '--config-file');
  const files = named.length > 0 ? named : service.configFiles;
  const folders = valuesOf(args, '--config-dir');
  const main = files.find((path) => path === service.configFiles[0]) ?? files[0] ?? '';
  if (!(await exists(ctx, main))) throw missing(service, main);
  const candidates = [...files.filter((path) => path !== main), ...(await filesIn(ctx, folders.length > 0 ? folders : service.configFolders))];
  const there = await Promise.all(candidates.map((path) => exists(ctx, path)));
  return { main, others: candidates.filter((_, at) => there[at]) };
}

function valuesOf(args: string[], option: string): string[] {
  return args.flatMap((arg, at) => (arg.startsWith(`${option}=`) ? [arg.slice(option.length + 1)] : arg === option ? [args[at + 1] ?? ''] : []));
}

async function filesIn(ctx: SetupContext, folders: string[]): Promise<string[]> {
  const lists = await Promise.all(folders.map(async (folder) => ((await readdir(join(ctx.root, folder)).catch(orMissing)) ?? []).filter((name) => name.endsWith('.conf')).toSorted().map((name) => join(folder, name))));
  return lists.flat();
}

function exists(ctx: SetupContext, path: string): Promise<boolean> {
  return access(join(ctx.root, path)).then(() => true, () => false);
}

function missing({ name }: NodeService, path: string): CloudError {
  const part = name === 'nova-compute' ? 'compute' : 'glance';
  return new CloudError('invalid', `The profile says novaDocker.${part}: true, so ${name} of an existing OpenStack is to run on this host, and ${path} is not there. Install and configure ${name} first, or set novaDocker.${part} to false, then run the set-up again`, { reason: 'NOT_AN_OPENSTACK_NODE' });
}
