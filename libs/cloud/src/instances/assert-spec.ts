import { splitCommand } from '@novadock/model';
import { commandKey } from './instance-spec.ts';
import type { CreateInstances } from './requests.ts';

/** Throws `invalid` for what an agent would refuse later: a command line with an open quote (P8). */
export function assertSpec(request: CreateInstances): void {
  const command = request.metadata?.[commandKey];
  if (command !== undefined) splitCommand(command);
}
