import { CloudError } from '@novadock/model';
import type { AgentFolder, Enrolled } from './agent-folder.ts';
import type { Config } from './config.ts';
import { enrol } from './enrol.ts';
import { readMachineId } from './read-machine-id.ts';
import { readOwnMachineId } from './read-own-machine-id.ts';
import { readJoinToken } from './read-join-token.ts';

const defaultPort = 9774;

/**
 * Who this host is; enrols it first where that was not done. Throws `invalid` when it is not said with what cloud, `conflict` when this is another
 * machine than the one that was enrolled: a copy of its disk.
 */
export async function joinCloud(config: Config, folder: AgentFolder, readOwnId = readOwnMachineId): Promise<Enrolled> {
  const enrolled = await folder.readEnrolled();
  const ownId = await readOwnId();
  if (enrolled !== undefined) await assertSameMachine(folder, enrolled, ownId);
  // A control plane that moved is found again with --join.
  if (enrolled !== undefined) return { ...enrolled, url: config.join?.url ?? enrolled.url };
  if (config.join === undefined) throw new CloudError('invalid', 'This host belongs to no cloud yet. Give --join URL and --token TOKEN; `novadock host token` makes a token.');
  const { url, pin } = config.join;
  // Before: that of a copy is the other machine's.
  await folder.writeMachineId(ownId);
  return enrol({ folder, url, pin, token: await readJoinToken(config.join), name: config.name, address: config.address, machineId: await readMachineId(), port: config.port ?? defaultPort });
}

async function assertSameMachine(folder: AgentFolder, { name }: Enrolled, ownId: string | undefined): Promise<void> {
  if (ownId === undefined) return;
  const known = await folder.readMachineId();
  // A host from before ids were kept.
  if (known === undefined) return folder.writeMachineId(ownId);
  if (known === ownId) return;
  throw new CloudError(
    'conflict',
    `This machine is not the one that joined as ${name}: its /etc/machine-id is another. If it is a copy of that host, let it join as one of its own: rm -f ${folder.file('*.pem')}, then with a new token (\`novadock host token\`) and a name of its own (--name). If it is ${name} itself, put its /etc/machine-id back as it was, or forget the host (\`novadock host forget ${name} --force\`) and join anew in the same way.`,
    { reason: 'otherMachine' },
  );
}
