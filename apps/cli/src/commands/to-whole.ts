import { InvalidArgumentError } from 'commander';

/** A whole number from 1 on, of the text of an option. */
export function toWhole(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('It must be 1 or more.');
  return number;
}
