import { CloudError } from '@novadock/model';

/** What people call a rollout by. */
export function rolloutName(number: number): string {
  return `r-${number}`;
}

/** Throws `notFound` for what cannot be a rollout's name. */
export function rolloutNumber(name: string): number {
  const [, digits] = /^r-([1-9]\d{0,8})$/.exec(name) ?? [];
  if (digits === undefined) throw noRollout(name);
  return Number(digits);
}

export function noRollout(name: string): CloudError {
  return new CloudError('notFound', `There is no rollout ${name}: see \`novadock rollout list\`.`, { reason: 'rolloutNotFound' });
}
