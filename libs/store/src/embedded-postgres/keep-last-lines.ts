import type { Readable } from 'node:stream';

/** Reads a stream to its end and returns a function that gives the last lines of it so far. `onLine` sees each. */
export function keepLastLines(stream: Readable, onLine: (line: string) => void = () => {}, count = 12): () => string {
  const lines: string[] = [];
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) {
      lines.push(line);
      if (lines.length > count) lines.shift();
      onLine(line);
    }
  });
  return () => [...lines, rest].join('\n').trim();
}
