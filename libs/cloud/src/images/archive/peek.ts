/** Reads the first bytes of a source (fewer when it is shorter), and gives back a source that has them again. */
export async function peek(source: AsyncIterable<Uint8Array>, bytes: number): Promise<{ head: Buffer; whole: AsyncIterable<Uint8Array> }> {
  const iterator = source[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  let length = 0;
  while (length < bytes) {
    const next = await iterator.next();
    if (next.done === true) break;
    read.push(next.value);
    length += next.value.length;
  }
  async function* whole() {
    yield* read;
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return { head: Buffer.concat(read).subarray(0, bytes), whole: whole() };
}
