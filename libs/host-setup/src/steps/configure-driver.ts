import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileChange } from '../file-change.ts';
import { orMissing } from '../or-missing.ts';
import type { SetupContext, SetupStep } from '../setup-step.ts';
import { writeHostFile } from '../write-host-file.ts';

const name = 'driver-config';
const setting = '/proc/sys/net/ipv4/ip_forward';
const content = '# Written by Novadock (docs/host-setup.md): the host routes for the networks of its instances.\nnet.ipv4.ip_forward = 1\n';

/** The host forwards what its instances send, from its next boot on as well. Their bridges lie in namespaces of their own, so bridge-nf-call-iptables may be as it is. */
export const configureDriver: SetupStep = {
  name,
  title: 'Network of the host',

  async check(ctx) {
    const { sysctl } = ctx.paths;
    const before = await readFile(join(ctx.root, sysctl), 'utf8').catch(orMissing);
    if (before !== content) return { ok: false, why: `${sysctl} ${before === undefined ? 'is missing' : 'says something else'}`, todo: `let the host forward packets, by ${sysctl}`, files: [fileChange(sysctl, before, content)] };
    if ((await readSetting(ctx)) !== '1') return { ok: false, why: 'net.ipv4.ip_forward is not 1', todo: 'set net.ipv4.ip_forward to 1' };
    return { ok: true, detail: `the host forwards packets, by ${sysctl}` };
  },

  async apply(ctx) {
    await writeHostFile(ctx, name, { path: ctx.paths.sysctl, content, mode: 0o644 });
    await writeFile(join(ctx.root, setting), '1\n');
  },

  /** The setting of now stays until the next boot: an engine that is kept needs it as well. */
  async undo(ctx) {
    const restored = await ctx.changes.restoreFiles(name);
    return restored.length === 0 ? '' : `removed ${ctx.paths.sysctl}`;
  },
};

async function readSetting(ctx: SetupContext): Promise<string> {
  return (await readFile(join(ctx.root, setting), 'utf8')).trim();
}
