import type { FileChange } from '@novadock/model';

/** Anything that JSON holds. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/**
 * What Novadock changed on this host and how it was before, on disk (with fsync) before the change is made. What is remembered
 * first stays, so that any number of runs later the host can be put back as it was before the first one.
 */
export type ChangeRecord = {
  /** Remembers how the file (or link) at `path` is now: content, mode and owner, or that there is none. Folders that are missing above it as well. */
  saveFile(step: string, path: string): Promise<void>;
  /** Remembers what is about to be written to `path`, which is saved: by that an edit that somebody makes later is told from ours. */
  wrote(step: string, path: string, content: string | Uint8Array): Promise<void>;
  /** The saved files that somebody else wrote since: what they hold now is neither what was saved nor anything that was told by `wrote`. One that nobody told of, or that is gone, is not among them. */
  editedFiles(step: string): Promise<string[]>;
  /** Remembers a file no more: what is ours in it is taken back, and the rest is somebody's. */
  leaveFile(step: string, path: string): Promise<void>;
  /** Remembers `value`, unless the step remembers something by that name already. */
  remember(step: string, name: string, value: Json): Promise<void>;
  /** Remembers that value no more: it is taken back already. */
  leave(step: string, name: string): Promise<void>;
  /** What `remember` was first told; undefined for nothing. */
  recall(step: string, name: string): Promise<Json | undefined>;
  /** Puts the files of a step back as they were saved, but for `editedFiles`, and removes folders that were made for them when they are empty; tells which differ. */
  restoreFiles(step: string): Promise<FileChange[]>;
  /** Forgets all of a step, once it is taken back. */
  forget(step: string): Promise<void>;
};
