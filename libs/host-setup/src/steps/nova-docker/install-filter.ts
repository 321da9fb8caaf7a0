import { chown, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudError } from '@novadock/model';
import { fileChange } from '../../file-change.ts';
import { splitIniList } from '../../ini/split-ini-list.ts';
import { orMissing } from '../../or-missing.ts';
import type { SetupContext } from '../../setup-step.ts';
import { writeHostFile } from '../../write-host-file.ts';
import { forNode } from './node-step.ts';
import { novaCompute } from './node-service.ts';
import { openConfigFile } from './open-config-file.ts';
import { rememberService } from './remember-service.ts';

const name = 'nova-rootwrap';
const folder = '/etc/nova/rootwrap.d';
const path = `${folder}/docker.filters`;
const content = `# nova-rootwrap command filters for the Docker driver
# This file should be owned by (and only-writeable by) the root user

[Filters]
# ln -sf /proc/<pid>/ns/net /var/run/netns/<container>
ln: CommandFilter, /bin/ln, root
`;

/** Nova may run ln as root, by which the driver names a container's network namespace. */
export const installFilter = forNode({
  name,
  title: 'Rootwrap filter for the driver',
  part: 'compute',

  async check(ctx) {
    await assertRead(ctx);
    const before = await readFile(join(ctx.root, path), 'utf8').catch(orMissing);
    const rights = await rightsOfNeighbours(ctx);
    const files = [fileChange(path, before, content)];
    if (before !== content) return { ok: false, why: before === undefined ? `${path} is missing` : `${path} is another`, todo: `write ${path}, which lets Nova run /bin/ln as root`, files };
    if (!hasRights(await stat(join(ctx.root, path)), rights)) return { ok: false, why: `${path} has other rights than its neighbours`, todo: `give it mode ${rights.mode.toString(8)} and owner ${rights.uid}:${rights.gid}` };
    return { ok: true, detail: path };
  },

  async apply(ctx) {
    await rememberService(ctx, novaCompute);
    const rights = await rightsOfNeighbours(ctx);
    await writeHostFile(ctx, name, { path, content, mode: rights.mode });
    await chown(join(ctx.root, path), rights.uid, rights.gid);
  },

  undo: async (ctx) => (await ctx.changes.restoreFiles(name)).map((change) => (/^\+\+\+ \/dev\/null/m.test(change.diff) ? `removed ${change.path}` : `put ${change.path} back as it was`)).join(', '),
});

type Rights = { mode: number; uid: number; gid: number };

/** Of the first filter that the distribution brings; without any, root's, as rootwrap demands. */
async function rightsOfNeighbours(ctx: SetupContext): Promise<Rights> {
  const names = (await readdir(join(ctx.root, folder)).catch(orMissing)) ?? [];
  const [neighbour] = names.filter((file) => file.endsWith('.filters') && join(folder, file) !== path).toSorted();
  if (neighbour === undefined) return { mode: 0o644, uid: 0, gid: 0 };
  const { mode, uid, gid } = await stat(join(ctx.root, folder, neighbour));
  return { mode: mode & 0o7777, uid, gid };
}

function hasRights(status: Rights, { mode, uid, gid }: Rights): boolean {
  return (status.mode & 0o7777) === mode && status.uid === uid && status.gid === gid;
}

/** Throws `invalid` where rootwrap would not read the file. */
async function assertRead(ctx: SetupContext): Promise<void> {
  const file = await openConfigFile(ctx, '/etc/nova/rootwrap.conf').catch(orMissing);
  const folders = file?.get({ section: 'DEFAULT', key: 'filters_path' });
  if (folders === undefined || splitIniList(folders).some((one) => one.replace(/\/+$/, '') === folder)) return;
  throw new CloudError('invalid', `filters_path in /etc/nova/rootwrap.conf is ${folders}, so Nova would not read ${path}. Add ${folder} to it, then run the set-up again`);
}
