import type { Client } from '@novadock/api-client';
import type { Column } from './format/column.ts';

/** The world outside, as far as the program needs it. */
export type Io = {
  stdout: NodeJS.WritableStream & { isTTY?: boolean; rows?: number };
  stderr: NodeJS.WritableStream;
  env: Record<string, string | undefined>;
  cwd: string;
  userHome: string;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
};

export type Format = 'table' | 'json' | 'yaml';

/** What commands work with. What is heavy is loaded when it is first used: `--help` needs none of it. */
export type Cli = {
  io: Io;
  format: () => Format;
  /** Throws `invalid` when it is not said which cloud. */
  connect: () => Promise<Client>;
  /** Prints things, one a line, or as a list in the format asked for. */
  list: <Item>(items: Item[], columns: Column<Item>[]) => Promise<void>;
  /** Prints one thing, a field a line, or whole in the format asked for. */
  show: <Item>(item: Item, fields: Column<Item>[]) => Promise<void>;
  /** Prints, and waits while the reader is behind. */
  write: (text: string | Uint8Array) => Promise<void>;
  /** Tells the user something that is not the result. */
  note: (text: string) => void;
};
