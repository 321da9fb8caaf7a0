/** The messages of a stream of Server-Sent Events, as far as /v1 uses them: an id each, and data but for the first. */
export async function* readMessages(body: AsyncIterable<Uint8Array>): AsyncGenerator<{ id?: string; data?: string }> {
  let message: { id?: string; data?: string } = {};
  for await (const line of readLines(body)) {
    const [, field, value] = /^(id|data): ?(.*)$/.exec(line) ?? [];
    if (field !== undefined) message = { ...message, [field]: value };
    if (line !== '') continue;
    if (message.id !== undefined || message.data !== undefined) yield message;
    message = {};
  }
}

async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
