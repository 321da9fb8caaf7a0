import { CloudError } from '@novadock/model';
import { InvalidArgumentError, Option } from 'commander';

const defaultSeconds = 60;

/** --wait [seconds] */
export function waitOption(): Option {
  return new Option('-w, --wait [seconds]', 'return when it is done, or after so many seconds').preset(String(defaultSeconds)).argParser(toSeconds);
}

/** What a command with --wait throws when the time was over: nothing failed, and it goes on. */
export function notDone(what: string): CloudError {
  return new CloudError('unavailable', `${what} is not done yet; it goes on. Look at it with \`novadock instance list\`.`, { reason: 'notDone' });
}

function toSeconds(text: string): number {
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 600) throw new InvalidArgumentError('It must be 1 to 600 seconds.');
  return seconds;
}
