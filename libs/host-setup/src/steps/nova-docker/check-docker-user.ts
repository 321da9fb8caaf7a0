import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudError } from '@novadock/model';
import { orMissing } from '../../or-missing.ts';
import type { SetupContext } from '../../setup-step.ts';
import { droppedUsers } from '../fill-docker-group.ts';
import { forNode } from './node-step.ts';
import { novaCompute } from './node-service.ts';
import { requireService } from './require-service.ts';

/** The user of nova-compute may talk to the engine: the step for the group docker brings that about, this one makes sure that it was asked to. */
export const checkDockerUser = forNode({
  name: 'nova-user',
  title: "Nova's user in the group docker",
  part: 'compute',

  async check(ctx) {
    const { user } = await requireService(ctx, novaCompute);
    if (user === 'root') return { ok: true, detail: 'nova-compute runs as root here' };
    const isTakenOut = (await droppedUsers(ctx)).includes(user);
    if (!isTakenOut && (await isInGroup(ctx, user))) return { ok: true, detail: `${user} is in the group docker` };
    if (ctx.profile.dockerGroup.includes(user)) return { ok: false, why: `${user} is not in the group docker yet`, todo: 'the step for the group docker adds it' };
    throw new CloudError('invalid', `nova-compute runs as ${user}, which ${isTakenOut ? 'the profile does not name any more and so leaves' : 'is not in'} the group docker, so the driver could not reach the engine. Add "${user}" to dockerGroup of the profile, then run the set-up again`, { reason: 'NOVA_USER_NOT_IN_DOCKER_GROUP' });
  },

  apply: async () => {},

  undo: async () => '',
});

async function isInGroup(ctx: SetupContext, user: string): Promise<boolean> {
  const [groups = '', users = ''] = await Promise.all(['/etc/group', '/etc/passwd'].map((path) => readFile(join(ctx.root, path), 'utf8').catch(orMissing)));
  const [, gid, members = ''] = /^docker:[^:]*:(\d+):(.*)$/m.exec(groups) ?? [];
  if (gid === undefined) return false;
  return members.split(',').includes(user) || users.split('\n').some((line) => line.startsWith(`${user}:`) && line.split(':')[3] === gid);
}
