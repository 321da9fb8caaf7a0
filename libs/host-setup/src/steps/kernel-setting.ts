import { access, constants, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudError, sysctlPath } from '@novadock/model';
import type { SetupContext } from '../setup-step.ts';

/** What a setting is now, with single spaces between its parts. Throws, with what to do, `unavailable` where this kernel has no such setting, `invalid` where it cannot be read. */
export async function readKernelSetting(ctx: SetupContext, key: string): Promise<string> {
  const path = pathOf(key);
  const text = await readFile(join(ctx.root, path), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    // The engine brings some of them, so that they may be there once it is.
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') throw new CloudError('unavailable', `The kernel of this host has no setting ${key} (there is no ${path}). Load the module that brings it, at each boot (/etc/modules-load.d), or take it out of sysctl in the profile`, { cause });
    throw new CloudError('invalid', `${path} cannot be read (${cause.code}), so nobody could tell whether ${key} is as it should. Take it out of sysctl in the profile`, { cause });
  });
  return normalize(text);
}

/** Throws `invalid` where the setting cannot be changed from here. */
export async function assertCanSet(ctx: SetupContext, key: string): Promise<void> {
  await access(join(ctx.root, pathOf(key)), constants.W_OK).catch((cause: NodeJS.ErrnoException) => Promise.reject(forbidden(key, cause)));
}

/** Sets it for now, not for the next boot. Throws `invalid` with what to do when the kernel does not take the value; then it is as it was. */
export async function writeKernelSetting(ctx: SetupContext, key: string, value: string): Promise<void> {
  const file = join(ctx.root, pathOf(key));
  const before = await readKernelSetting(ctx, key);
  await writeFile(file, `${value}\n`).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EINVAL' || cause.code === 'ERANGE') throw new CloudError('invalid', `The kernel does not take ${value} for ${key} (${cause.code}). Change sysctl in the profile`, { cause });
    throw forbidden(key, cause);
  });
  const after = await readKernelSetting(ctx, key);
  if (after === normalize(value)) return;
  await writeFile(file, `${before}\n`);
  throw new CloudError('invalid', `The kernel made ${after} of ${value} for ${key}, so it was set back to ${before}. Write it in sysctl of the profile as the kernel tells it`);
}

export function normalize(value: string): string {
  return value.trim().replaceAll(/\s+/g, ' ');
}

function pathOf(key: string): string {
  return join('/proc/sys', sysctlPath(key));
}

function forbidden(key: string, cause: NodeJS.ErrnoException): CloudError {
  return new CloudError('invalid', `${key} cannot be changed on this host (${cause.code}): where a host is a container, some settings are those of the machine around it. Set it there, or take it out of sysctl in the profile`, { cause });
}
