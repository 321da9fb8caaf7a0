import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandResult } from './run-command.ts';
import type { SetupContext } from './setup-step.ts';

/** What package managers said, by command line, and how their databases were then. */
export type KeptLists = { databases: string; answers: Map<string, CommandResult> };

/** Where dpkg, rpm (of several ages and distributions) and apk write whenever a package changes. */
const databases = [
  ...['status', 'updates'].map((name) => `/var/lib/dpkg/${name}`),
  ...['/var/lib/rpm', '/usr/lib/sysimage/rpm'].flatMap((folder) => ['rpmdb.sqlite', 'rpmdb.sqlite-wal', 'Packages', 'Packages.db'].map((name) => `${folder}/${name}`)),
  ...['/lib/apk/db/installed', '/usr/lib/apk/db/installed'],
];

const lists = /^(dpkg-query -W|rpm -qa|apk info)\b/;

/** The context with what is installed asked for only once a database of packages has changed, since the answer may take half a second of CPU. `kept` begins as {@link noLists}. */
export function keepPackageLists(ctx: SetupContext, kept: KeptLists): SetupContext {
  const run: SetupContext['run'] = async (command, args, options) => {
    const line = [command, ...args].join(' ');
    if (!lists.test(line)) return ctx.run(command, args, options);
    // As they were before the answer: what changes meanwhile is asked for again.
    const now = await stateOf(ctx.root);
    if (now !== kept.databases) Object.assign(kept, { databases: now, answers: new Map() });
    const { answers } = kept;
    const known = answers.get(line);
    if (known !== undefined) return known;
    const answer = await ctx.run(command, args, options);
    if (answer.code === 0 && now !== '') answers.set(line, answer);
    return answer;
  };
  return { ...ctx, run };
}

export function noLists(): KeptLists {
  return { databases: '', answers: new Map() };
}

/** "" where there is none that is known. */
async function stateOf(root: string): Promise<string> {
  const states = await Promise.all(databases.map(async (path) => {
    const status = await stat(join(root, path), { bigint: true }).catch(() => undefined);
    return status === undefined ? [] : [`${path} ${status.ino} ${status.size} ${status.mtimeNs}`];
  }));
  return states.flat().join('\n');
}
