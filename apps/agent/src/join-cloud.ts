import { CloudError } from '@novadock/model';
import type { AgentFolder, Enrolled } from './agent-folder.ts';
import type { Config } from './config.ts';
import { enrol } from './enrol.ts';
import { readMachineId } from './read-machine-id.ts';
import { readJoinToken } from './read-join-token.ts';

const defaultPort = 9774;

/** Who this host is; enrols it first where that was not done. Throws `invalid` when it is not said with what cloud. */
export async function joinCloud(config: Config, folder: AgentFolder): Promise<Enrolled> {
  const enrolled = await folder.readEnrolled();
  // A control plane that moved is found again with --join.
  if (enrolled !== undefined) return { ...enrolled, url: config.join?.url ?? enrolled.url };
  if (config.join === undefined) throw new CloudError('invalid', 'This host belongs to no cloud yet. Give --join URL and --token TOKEN; `novadock host token` makes a token.');
  const { url, pin } = config.join;
  return enrol({ folder, url, pin, token: await readJoinToken(config.join), name: config.name, address: config.address, machineId: await readMachineId(), port: config.port ?? defaultPort });
}
