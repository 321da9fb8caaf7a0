import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { SetupContext } from './setup-step.ts';

/** What the engine and the networks of instances need of the kernel, by its option and its module. */
const features = [
  { option: 'OVERLAY_FS', module: 'overlay', what: 'overlay file systems (the layers of images)' },
  { option: 'BRIDGE', module: 'bridge', what: 'bridges' },
  { option: 'VETH', module: 'veth', what: 'veth links' },
  { option: 'NF_TABLES', module: 'nf_tables', what: 'nftables (netfilter)' },
  { option: 'NF_NAT', module: 'nf_nat', what: 'address translation (netfilter)' },
];

/** What of that the kernel that runs does not have, in words; `unknown` where nothing tells. Loads no module. */
export async function kernelLacks(ctx: SetupContext): Promise<{ lacks: string[]; unknown: string[] }> {
  const release = (await read(ctx, '/proc/sys/kernel/osrelease')).toString('utf8').trim();
  const config = await readConfig(ctx, release);
  const modules = await readModules(ctx, release);
  const found = await Promise.all(features.map(async ({ option, module, what }) => ({ what, state: await stateOf({ option, module }) })));
  return { lacks: found.flatMap(({ what, state }) => (state === 'there' || state === 'unknown' ? [] : [`${what}${state}`])), unknown: found.filter(({ state }) => state === 'unknown').map(({ what }) => what) };

  async function stateOf({ option, module }: { option: string; module: string }): Promise<string> {
    if (await exists(ctx, `/sys/module/${module}`)) return 'there';
    if (option === 'OVERLAY_FS' && /\toverlay$/m.test((await read(ctx, '/proc/filesystems')).toString('utf8'))) return 'there';
    const built = new RegExp(`^CONFIG_${option}=([ym])$`, 'm').exec(config)?.[1];
    if (built === 'y') return 'there';
    if (config !== '' && built === undefined) return '';
    if (modules === undefined) return built === 'm' ? `: /lib/modules/${release} is gone, so the kernel was replaced and not started yet; reboot` : 'unknown';
    return new RegExp(`/${module}\\.ko`).test(modules) ? 'there' : '';
  }
}

async function readConfig(ctx: SetupContext, release: string): Promise<string> {
  const zipped = await read(ctx, '/proc/config.gz');
  return (zipped.length > 0 ? gunzipSync(zipped) : await read(ctx, `/boot/config-${release}`)).toString('utf8');
}

/** The modules that there are, built in ones too; undefined without such lists. */
async function readModules(ctx: SetupContext, release: string): Promise<string | undefined> {
  const lists = await Promise.all(['modules.dep', 'modules.builtin'].map((list) => read(ctx, `/lib/modules/${release}/${list}`)));
  const text = Buffer.concat(lists).toString('utf8');
  return text === '' ? undefined : text;
}

async function read(ctx: SetupContext, path: string): Promise<Buffer> {
  return readFile(join(ctx.root, path)).catch(() => Buffer.alloc(0));
}

async function exists(ctx: SetupContext, path: string): Promise<boolean> {
  return access(join(ctx.root, path)).then(() => true, () => false);
}
