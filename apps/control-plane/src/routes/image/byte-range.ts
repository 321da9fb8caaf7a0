import { CloudError } from '@novadock/model';

/** The bytes that a Range header asks for, both ends included; undefined without one. Throws `invalid` when it is malformed or begins past the end. */
export function parseByteRange(header: string | undefined, sizeBytes: number): { start: number; end: number } | undefined {
  if (header === undefined) return undefined;
  if (header.includes(',')) {
    throw new CloudError('invalid', 'Requests with multiple ranges are not supported in Glance. You may make multiple single-range requests instead.', { reason: 'malformedRange' });
  }
  const [, first, last = '', suffix] = /^bytes=(?:(\d+)-(\d*)|-(\d+))$/i.exec(header) ?? unparsable();
  const start = suffix === undefined ? Number(first) : Math.max(0, sizeBytes - Number(suffix));
  const end = last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (start >= sizeBytes) throw unsatisfiable(`Invalid start position in Range header. Start position MUST be in the inclusive range [0, ${sizeBytes - 1}].`);
  return end < start ? unparsable() : { start, end };
}

function unparsable(): never {
  throw unsatisfiable('Invalid Range header.');
}

function unsatisfiable(message: string): CloudError {
  return new CloudError('invalid', message, { reason: 'rangeNotSatisfiable' });
}
