import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import agent from '../package.json' with { type: 'json' };

/** Of an agent that was installed, the version of its package tells apart what differs in a byte; from its sources it is the release's. */
export const agentVersion = packageVersion() ?? agent.version;

function packageVersion(): string | undefined {
  try {
    return readFileSync(join(import.meta.dirname, '../../../VERSION'), 'utf8').trim();
  } catch {
    return undefined;
  }
}
