import { describe, expect, it } from 'vitest';
import { parseByteRange } from './byte-range.ts';

describe('a Range header', () => {
  it.each([
    [undefined, undefined], ['bytes=0-4', { start: 0, end: 4 }], ['bytes=5-', { start: 5, end: 11 }], ['bytes=-2', { start: 10, end: 11 }], ['bytes=-99', { start: 0, end: 11 }],
    ['bytes=11-99', { start: 11, end: 11 }], ['Bytes=3-3', { start: 3, end: 3 }],
  ])('%s of 12 bytes', (header, range) => expect(parseByteRange(header, 12)).toEqual(range));

  it.each([['bytes=12-', 'rangeNotSatisfiable'], ['bytes=-0', 'rangeNotSatisfiable'], ['bytes=4-2', 'rangeNotSatisfiable'], ['bytes=-', 'rangeNotSatisfiable'], ['lines=0-4', 'rangeNotSatisfiable'], ['bytes=0-1,3-4', 'malformedRange']])('%s of 12 bytes is refused', (header, reason) => {
    expect(() => parseByteRange(header, 12)).toThrow(expect.objectContaining({ code: 'invalid', reason }));
  });
  it('of nothing is refused', () => expect(() => parseByteRange('bytes=0-', 0)).toThrow(expect.objectContaining({ reason: 'rangeNotSatisfiable' })));
});
