import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudError } from '@novadock/model';
import { hostBefore } from '../host-before.ts';
import { lookAtPackages } from '../look-at-packages.ts';
import { runOrThrow } from '../run-or-throw.ts';
import type { SetupContext, SetupStep } from '../setup-step.ts';

const name = 'docker-group';

/** The group `docker` exists, before the engine starts and gives its socket to it, and the users of the profile are in it; those that were added for an earlier revision are not. */
export const fillDockerGroup: SetupStep = {
  name,
  title: 'Group docker',

  async check(ctx) {
    const unknown = await unknownUsers(ctx);
    if (unknown.length > 0) throw new CloudError('invalid', `${unknown.join(', ')} of the profile's dockerGroup: no such user on this host. Make the user, or take the name out of the profile, then run the set-up again`);
    const members = await readMembers(ctx);
    const [missing, dropped] = [missingUsers(ctx, members), await droppedUsers(ctx)];
    const differences = [
      ...(members === undefined ? [{ why: 'it does not exist', todo: 'create the system group docker' }] : []),
      ...(missing.length === 0 ? [] : [{ why: `${missing.join(', ')} ${are(missing)} not in it`, todo: `add ${missing.join(', ')} to it: each is root, in effect` }]),
      ...(dropped.length === 0 ? [] : [{ why: `${dropped.join(', ')} ${are(dropped)} in it by an earlier revision of the profile`, todo: `take ${dropped.join(', ')} out of it` }]),
    ];
    // Who is not in a group that does not exist need not be said.
    const whys = members === undefined ? differences.slice(0, 1) : differences;
    if (differences.length > 0) return { ok: false, why: whys.map(({ why }) => why).join('; '), todo: differences.map(({ todo }) => todo).join(', and ') };
    return { ok: true, detail: ctx.profile.dockerGroup.length === 0 ? 'it exists' : `${ctx.profile.dockerGroup.join(', ')} in it, each root, in effect` };
  },

  async apply(ctx) {
    const members = await readMembers(ctx);
    if (members === undefined) await ctx.changes.remember(name, 'made', true);
    const busybox = usesBusybox(ctx);
    if (members === undefined) await (busybox ? runOrThrow(ctx.run, 'addgroup', ['-S', 'docker']) : runOrThrow(ctx.run, 'groupadd', ['--system', 'docker']));
    for (const user of missingUsers(ctx, members)) {
      await ctx.changes.remember(name, recordOf(user), true);
      await (busybox ? runOrThrow(ctx.run, 'addgroup', [user, 'docker']) : runOrThrow(ctx.run, 'usermod', ['-aG', 'docker', user]));
    }
    for (const user of await droppedUsers(ctx)) {
      await takeOut(ctx, user);
      // Whoever adds the user from now on is somebody else.
      await ctx.changes.leave(name, recordOf(user));
    }
  },

  async undo(ctx) {
    const isOurs = await groupIsOurs(ctx);
    const members = (await readMembers(ctx)) ?? (isOurs ? await completeGroup(ctx) : undefined);
    if (members === undefined) return '';
    if (isOurs) {
      await runOrThrow(ctx.run, usesBusybox(ctx) ? 'delgroup' : 'groupdel', ['docker']);
      return 'removed the group docker';
    }
    const added = await addedUsers(ctx, members);
    for (const user of added) await takeOut(ctx, user);
    return added.length === 0 ? '' : `took ${added.join(', ')} out of the group docker`;
  },
};

function missingUsers({ profile }: SetupContext, members: string[] | undefined): string[] {
  return profile.dockerGroup.filter((user) => members?.includes(user) !== true);
}

/** Those in the group that were added for an earlier revision, and that this one does not name. */
export async function droppedUsers(ctx: SetupContext): Promise<string[]> {
  return (await addedUsers(ctx, (await readMembers(ctx)) ?? [])).filter((user) => !ctx.profile.dockerGroup.includes(user));
}

/** Of those in the group. What is remembered is from before the change, so some may never have come into it. */
async function addedUsers(ctx: SetupContext, members: string[]): Promise<string[]> {
  const added: string[] = [];
  for (const user of members) if ((await ctx.changes.recall(name, recordOf(user))) === true) added.push(user);
  return added;
}

async function takeOut(ctx: SetupContext, user: string): Promise<void> {
  await (usesBusybox(ctx) ? runOrThrow(ctx.run, 'delgroup', [user, 'docker']) : runOrThrow(ctx.run, 'gpasswd', ['--delete', user, 'docker']));
}

function recordOf(user: string): string {
  return `added ${user}`;
}

function usesBusybox({ host }: SetupContext): boolean {
  return host.packageManager === 'apk';
}

function are(users: string[]): string {
  return users.length === 1 ? 'is' : 'are';
}

/** A power cut between the two files that groupdel writes leaves half a group, which it takes for none: makes it whole again. */
async function completeGroup(ctx: SetupContext): Promise<string[] | undefined> {
  if (!/^docker:/m.test(await readEtc(ctx, 'gshadow'))) return undefined;
  await runOrThrow(ctx.run, 'groupadd', ['--system', 'docker']);
  return [];
}

/** It is not there without the set-up, which made it, or installed the engine whose packages do. */
async function groupIsOurs(ctx: SetupContext): Promise<boolean> {
  return (await ctx.changes.recall(name, 'made')) === true || (await hostBefore(ctx, await lookAtPackages(ctx)))?.hadGroup === false;
}

/** Undefined when there is no such group. */
async function readMembers(ctx: SetupContext): Promise<string[] | undefined> {
  const line = /^docker:.*$/m.exec(await readEtc(ctx, 'group'))?.[0];
  return line?.split(':')[3]?.split(',').filter((user) => user !== '');
}

async function unknownUsers(ctx: SetupContext): Promise<string[]> {
  const users = new Set((await readEtc(ctx, 'passwd')).split('\n').map((line) => line.split(':')[0]));
  const unknown: string[] = [];
  // A directory service may know users that the file does not.
  for (const user of ctx.profile.dockerGroup) if (!users.has(user) && (await ctx.run('id', ['-u', user], { isProbe: true })).code !== 0) unknown.push(user);
  return unknown;
}

async function readEtc(ctx: SetupContext, file: 'group' | 'gshadow' | 'passwd'): Promise<string> {
  return readFile(join(ctx.root, '/etc', file), 'utf8').catch(() => '');
}
