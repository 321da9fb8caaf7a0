import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sysctlPath, uplinkOf } from '@novadock/model';
import { fileChange } from '../file-change.ts';
import { orMissing } from '../or-missing.ts';
import type { SetupContext, SetupStep } from '../setup-step.ts';
import { writeHostFile } from '../write-host-file.ts';
import { closeIdentityFiles, openIdentityFiles } from './identity-files.ts';
import { restoreSettings, setSettings, settingDifferences } from './profile-settings.ts';

const name = 'driver-config';
/** Undo leaves these until the next boot: an engine that is kept needs them as well. */
const own = { 'net.ipv4.ip_forward': '1' };

/**
 * The host forwards what its instances send, its kernel is set as the profile says, both from its next boot on as well; its agent has
 * what it shows who it is by. The networks' bridges lie in namespaces of their own, so bridge-nf-call-iptables may be as it is.
 */
export const configureDriver: SetupStep = {
  name,
  title: 'Settings of the kernel and the agent',

  async check(ctx) {
    const { sysctl } = ctx.paths;
    const open = await openIdentityFiles(ctx);
    const different = await settingDifferences(ctx, wantedOf(ctx));
    const [before, content] = [await readFile(join(ctx.root, sysctl), 'utf8').catch(orMissing), render(ctx)];
    const missing = [
      ...(before === content ? [] : [{ why: `${sysctl} ${before === undefined ? 'is missing' : 'says something else'}`, todo: `write ${sysctl}, which the host reads at boot` }]),
      ...different.map(({ key, present, wanted }) => ({ why: `${key} is not ${wanted} but ${present}`, todo: `set ${key} to ${wanted}` })),
      ...open.map((path) => ({ why: `${path} can be read by others than root`, todo: `set ${path} to 0600` })),
    ];
    if (missing.length > 0) {
      return { ok: false, why: missing.map(({ why }) => why).join('; '), todo: missing.map(({ todo }) => todo).join('; '), files: before === content ? [] : [fileChange(sysctl, before, content)] };
    }
    return { ok: true, detail: [`the host forwards packets, by ${sysctl}`, ...ofProfile(ctx).map(([key, value]) => `${key} is ${value}`), ...(await uplinkWords(ctx))].join('; ') };
  },

  async apply(ctx) {
    await closeIdentityFiles(ctx);
    // Before the file: what the kernel does not take is not for its next boot either.
    await setSettings(ctx, wantedOf(ctx), own);
    await writeHostFile(ctx, name, { path: ctx.paths.sysctl, content: render(ctx), mode: 0o644 });
  },

  async undo(ctx) {
    const restored = (await ctx.changes.restoreFiles(name)).map(({ path }) => `removed ${path}`);
    return [...restored, ...(await restoreSettings(ctx))].join(', ');
  },
};

function wantedOf(ctx: SetupContext): Record<string, string> {
  return { ...own, ...Object.fromEntries(ofProfile(ctx)) };
}

/** In the order of their names, so that `all` and `default` come before a link's own. */
function ofProfile({ profile }: SetupContext): [string, string][] {
  const ownPaths = Object.keys(own).map(sysctlPath);
  return Object.entries(profile.sysctl).filter(([key]) => !ownPaths.includes(sysctlPath(key))).toSorted(([one], [other]) => (one < other ? -1 : 1));
}

function render(ctx: SetupContext): string {
  const routing = '# Written by Novadock (docs/host-setup.md): the host routes for the networks of its instances.\nnet.ipv4.ip_forward = 1\n';
  const lines = ofProfile(ctx).map(([key, value]) => `${key} = ${value}\n`);
  return lines.length === 0 ? routing : `${routing}# Of the profile.\n${lines.join('')}`;
}

/** What instances get of a host whose uplink passes less than is usual: libs/docker/src/network/largest-mtu.ts. */
async function uplinkWords(ctx: SetupContext): Promise<string[]> {
  const uplink = uplinkOf(await readFile(join(ctx.root, '/proc/net/route'), 'utf8').catch(() => ''));
  if (uplink === undefined) return [];
  const { stdout } = await ctx.run('ip', ['-o', 'link', 'show', 'dev', uplink], { isProbe: true });
  const mtu = Number(/ mtu (\d+) /.exec(stdout)?.[1]);
  return mtu < 1500 ? [`${uplink} has an MTU of ${mtu}, so links of new instances have ${Math.max(mtu, 1280)} at most`] : [];
}
