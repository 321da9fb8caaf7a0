const headerLength = 8;

/** What the frames of an engine's log stream hold, stdout and stderr in their order (Engine API, ContainerAttach, "Stream format"). */
export async function* demultiplex(stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Buffer = Buffer.alloc(0);
  /** How many bytes of the frame are still to come. */
  let wanted = 0;
  for await (const chunk of stream) {
    rest = rest.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : Buffer.concat([rest, chunk]);
    while (wanted > 0 ? rest.length > 0 : rest.length >= headerLength) {
      if (wanted === 0) {
        wanted = rest.readUInt32BE(4);
        rest = rest.subarray(headerLength);
        continue;
      }
      const part = rest.subarray(0, wanted);
      wanted -= part.length;
      rest = rest.subarray(part.length);
      yield part;
    }
  }
}
