import { open, type FileHandle } from 'node:fs/promises';
import { CloudError, type SetupEnd, type SetupEntry, type SetupOutput, type SetupStepChange } from '@novadock/model';
import { toDiskError } from './to-disk-error.ts';

export type JournalNews = { step: SetupStepChange } | { output: SetupOutput } | { ended: SetupEnd };

/** What a run did, in a file, an entry a line. Nobody is told of an entry that a power cut could take back. */
export type Journal = {
  /** How the run ended, if it has. */
  readonly ended: SetupEnd | undefined;
  /** The step that was told of last. */
  readonly lastStep: string | undefined;
  /** Numbers the entry; fulfilled once it is on disk. Once it was rejected, it always is. */
  append(news: JournalNews): Promise<void>;
  /** The entries after `after`, then each as it is made, to `ended`. However slowly they are read, they wait in the file. Throws `unavailable` when the journal is closed before its end. */
  read(after: number, signal: AbortSignal): AsyncGenerator<SetupEntry>;
  /** Nothing is appended after that. */
  close(): Promise<void>;
};

type State = { size: number; seq: number; ended: SetupEnd | undefined; lastStep: string | undefined; fault: unknown; changed: PromiseWithResolvers<void> };

const chunkLength = 64 * 1024;

/** Opens a journal that is there; an entry at its end that was only half written is dropped. */
export async function openJournal(file: string): Promise<Journal> {
  const handle = await open(file, 'r+');
  const state = newState();
  await recover(handle, state);
  let queued: { entry: SetupEntry; line: string }[] = [];
  let written: Promise<void> = Promise.resolve();
  const write = async () => {
    if (state.fault !== undefined) throw state.fault;
    const batch = queued;
    queued = [];
    if (batch.length === 0) return;
    const bytes = Buffer.from(batch.map(({ line }) => line).join(''));
    await handle.writev([bytes], state.size);
    await handle.datasync();
    state.size += bytes.length;
    for (const { entry } of batch) note(state, entry);
    tell(state);
  };
  const fail = (error: unknown) => {
    state.fault ??= toDiskError(error);
    tell(state);
    throw state.fault;
  };
  return {
    get ended() {
      return state.ended;
    },
    get lastStep() {
      return state.lastStep;
    },
    append: (news) => {
      if (state.fault !== undefined) return Promise.reject(state.fault as Error);
      const entry: SetupEntry = { seq: (state.seq += 1), atMs: Date.now(), ...news };
      queued.push({ entry, line: `${JSON.stringify(entry)}\n` });
      written = written.then(write).catch(fail);
      return written;
    },
    read: (after, signal) => readEntries(file, state, after, signal),
    close: async () => {
      state.fault ??= agentStops();
      tell(state);
      await written.catch(() => {});
      await handle.close();
    },
  };
}

/** The entries of a journal that nobody writes to, after `after`. Only reads: whoever opens it meanwhile to write finds it as it was. Throws `unavailable` where the run has no end. */
export async function* readJournal(file: string, after: number, signal: AbortSignal): AsyncGenerator<SetupEntry> {
  const state: State = { ...newState(), fault: agentStops() };
  const handle = await open(file, 'r');
  try {
    await takeOver(handle, state);
  } finally {
    await handle.close();
  }
  yield* readEntries(file, state, after, signal);
}

function newState(): State {
  return { size: 0, seq: 0, ended: undefined, lastStep: undefined, fault: undefined, changed: Promise.withResolvers() };
}

function agentStops(): CloudError {
  return new CloudError('unavailable', 'The agent stops; the run is gone on with when it starts again.', { reason: 'agentStops' });
}

function note(state: State, entry: SetupEntry): void {
  if ('ended' in entry) state.ended = entry.ended;
  if ('step' in entry) state.lastStep = entry.step.name;
}

function tell(state: State): void {
  state.changed.resolve();
  state.changed = Promise.withResolvers();
}

/** Takes over all whole entries, and cuts off what comes behind them. */
async function recover(handle: FileHandle, state: State): Promise<void> {
  const size = await takeOver(handle, state);
  if (state.size === size) return;
  await handle.truncate(state.size);
  await handle.sync();
}

/** Takes over all whole entries; gives back how long the file is. */
async function takeOver(handle: FileHandle, state: State): Promise<number> {
  const { size } = await handle.stat();
  for await (const { line, end } of linesOf(handle, size)) {
    const entry = parse(line);
    if (entry?.seq !== state.seq + 1) break;
    state.seq = entry.seq;
    state.size = end;
    note(state, entry);
  }
  return size;
}

function parse(line: string): SetupEntry | undefined {
  try {
    return JSON.parse(line) as SetupEntry;
  } catch {
    return undefined;
  }
}

async function* readEntries(file: string, state: State, after: number, signal: AbortSignal): AsyncGenerator<SetupEntry> {
  const handle = await open(file, 'r');
  try {
    for (let position = 0; !signal.aborted; ) {
      const { changed, size, ended, fault } = state;
      for await (const { line, end } of linesOf(handle, size, position)) {
        position = end;
        const entry = JSON.parse(line) as SetupEntry;
        if (entry.seq > after) yield entry;
        if (signal.aborted) return;
      }
      if (ended !== undefined) return;
      if (fault !== undefined) throw fault;
      await orAborted(changed.promise, signal);
    }
  } finally {
    await handle.close();
  }
}

/** The whole lines from `start` to `size`; `end` is where the next one begins. Holds one chunk and one line. */
async function* linesOf(handle: FileHandle, size: number, start = 0): AsyncGenerator<{ line: string; end: number }> {
  let rest = Buffer.alloc(0);
  for (let position = start; position < size; ) {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(Math.min(chunkLength, size - position)), 0, undefined, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
    let from = 0;
    for (let newline = rest.indexOf(10); newline >= 0; newline = rest.indexOf(10, from)) {
      yield { line: rest.toString('utf8', from, newline), end: position - rest.length + newline + 1 };
      from = newline + 1;
    }
    rest = rest.subarray(from);
  }
}

async function orAborted(news: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<void>();
  const end = () => aborted.resolve();
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  await Promise.race([news, aborted.promise]);
  signal.removeEventListener('abort', end);
}
