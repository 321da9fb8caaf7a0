import { CloudError } from '@novadock/model';
import type { AgentFolder, Enrolled } from './agent-folder.ts';
import type { Config } from './config.ts';
import { enrol } from './enrol.ts';

const defaultPort = 9774;

/** Who this host is; enrols it first where that was not done. Throws `invalid` when it is not said with what cloud. */
export async function joinCloud(config: Config, folder: AgentFolder): Promise<Enrolled> {
  const enrolled = await folder.readEnrolled();
  if (enrolled !== undefined) return enrolled;
  if (config.join === undefined) throw new CloudError('invalid', 'This host belongs to no cloud yet. Give --join URL and --token TOKEN; `novadock token create` makes a token.');
  return enrol({ folder, ...config.join, name: config.name, address: config.address, port: config.port ?? defaultPort });
}
