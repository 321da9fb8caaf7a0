import { InvalidArgumentError } from 'commander';

/** Collects the values of an option that may be repeated: KEY=VALUE. */
export function addLabel(text: string, labels: Record<string, string> = {}): Record<string, string> {
  const [, key, value] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  if (key === undefined || value === undefined) throw new InvalidArgumentError('It must be KEY=VALUE.');
  return { ...labels, [key]: value };
}
