/** A duplex stream, whoever's. */
export type Sink<Out> = AsyncIterable<Out> & {
  destroyed: boolean;
  write(chunk: Uint8Array): boolean;
  end(): unknown;
  destroy(error?: Error): unknown;
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
};

/**
 * What comes out of a stream (a decompressor, a parser) that a source goes through. The source is read to its end even when the stream
 * fails or its reader stops early, for others watch the same bytes pass. Throws what the source throws; errors of the stream as `explain` words them.
 */
export async function* through<Out>(source: AsyncIterable<Uint8Array>, stream: Sink<Out>, explain: (error: Error) => Error): AsyncGenerator<Out> {
  let failure: Error | undefined;
  const fed = feed(source, stream).catch((error: Error) => {
    failure = error;
    stream.destroy(error);
  });
  try {
    yield* stream;
  } catch (error) {
    throw failure ?? explain(error as Error);
  } finally {
    stream.destroy();
    await fed;
  }
}

async function feed(source: AsyncIterable<Uint8Array>, stream: Sink<unknown>): Promise<void> {
  for await (const chunk of source) {
    if (!stream.destroyed && !stream.write(chunk)) await roomIn(stream);
  }
  if (!stream.destroyed) stream.end();
}

function roomIn(stream: Sink<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done);
      stream.off('close', done);
      resolve();
    };
    stream.on('drain', done);
    stream.on('close', done);
  });
}
