import { expect, test } from 'vitest';
import { demultiplex } from './demultiplex.ts';

const frame = (stream: 1 | 2, text: string) => {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text, 'latin1'), 4);
  return Buffer.concat([header, Buffer.from(text, 'latin1')]);
};

const whole = Buffer.concat([frame(1, 'one\n'), frame(2, ''), frame(2, 'two\n'), frame(1, '\xff\x00\x01'), frame(1, 'x'.repeat(300))]);
const text = `one\ntwo\n\xff\x00\x01${'x'.repeat(300)}`;

test.each([1, 3, 7, 8, 9, 100, whole.length])('frames cut into chunks of %i bytes give the same bytes', async (size) => {
  const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, i) => whole.subarray(i * size, (i + 1) * size));
  const parts: Uint8Array[] = [];
  for await (const part of demultiplex(chunks)) parts.push(part);
  expect(Buffer.concat(parts).toString('latin1')).toBe(text);
});

test('what has come of a frame is passed on before the rest has', async () => {
  async function* slowly() {
    yield whole.subarray(0, 10);
    throw new Error('asked for more');
  }
  const { value } = await demultiplex(slowly()).next();
  expect(Buffer.from(value as Uint8Array).toString()).toBe('on');
});
