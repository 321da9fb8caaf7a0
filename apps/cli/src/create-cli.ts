import { once } from 'node:events';
import type { Cli, Format, Io } from './cli.ts';

/** `options`: the global ones, once they are parsed. */
export function createCli(io: Io, options: () => { output: Format; osCloud?: string }): Cli {
  const write = async (text: string | Uint8Array): Promise<void> => {
    if (!io.stdout.write(text)) await once(io.stdout, 'drain', { signal: io.signal });
  };
  const format = () => options().output;
  const print = async (value: unknown, toTable: () => Promise<string>) => {
    if (format() === 'json') return write(`${JSON.stringify(value, null, 2)}\n`);
    if (format() === 'yaml') return write((await import('yaml')).stringify(value));
    return write(await toTable());
  };
  return {
    io,
    format,
    write,
    note: (text) => void io.stderr.write(`${text}\n`),
    connect: async () => {
      const [{ createClient }, { readAuth }] = await Promise.all([import('@novadock/api-client'), import('./read-auth.ts')]);
      return createClient({ ...(await readAuth({ ...io, cloud: options().osCloud })), attempts: 3, signal: io.signal });
    },
    list: (items, columns) => print(items, async () => (await import('./format/tables.ts')).listTable(items, columns, colorsFor(io))),
    show: (item, fields) => print(item, async () => (await import('./format/tables.ts')).fieldTable(item, fields, colorsFor(io))),
  };
}

/** Whether to colour: on a terminal, unless NO_COLOR is set (no-color.org). */
function colorsFor({ stdout, env }: Io): boolean {
  return stdout.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
}
