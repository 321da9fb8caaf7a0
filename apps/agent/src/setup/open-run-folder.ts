import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, orMissing, replaceFile } from '@novadock/host-setup';
import type { StartSetup } from '@novadock/model';
import { wholeProfile } from './whole-profile.ts';

/** A run that was accepted; `number` counts the runs of the host. */
export type StoredRun = { number: number; request: StartSetup };

/** The set-up runs of this host on disk, a folder each: what was asked, and the journal. */
export type RunFolder = {
  /** Oldest first. */
  list(): Promise<StoredRun[]>;
  /** Fulfilled once a run with an empty journal is on disk. The oldest runs are removed. */
  add(request: StartSetup): Promise<StoredRun>;
  /** Where a run's journal lies. */
  journal(runId: string): string;
};

/** How many runs are kept. */
const kept = 20;

export async function openRunFolder(folder: string): Promise<RunFolder> {
  await makeFolder(folder, 0o700);
  const fileOf = (runId: string, name: string) => join(folder, runId, name);
  const read = async (runId: string): Promise<StoredRun[]> => {
    const text = await readFile(fileOf(runId, 'request.json'), 'utf8').catch(orMissing);
    // A power cut came before the run was accepted.
    if (text === undefined) return [];
    const run = JSON.parse(text) as StoredRun;
    const { profile } = run.request;
    return [{ ...run, request: { ...run.request, profile: profile && wholeProfile(profile) } }];
  };
  const list = async () => (await Promise.all((await readdir(folder)).map(read))).flat().sort((one, other) => one.number - other.number);
  return {
    list,
    journal: (runId) => fileOf(runId, 'journal.ndjson'),
    add: async (request) => {
      const runs = await list();
      const run = { number: (runs.at(-1)?.number ?? 0) + 1, request };
      await makeFolder(join(folder, request.runId), 0o700);
      await replaceFile({ file: fileOf(request.runId, 'journal.ndjson'), content: '', mode: 0o600 });
      // The last one: with it, the run is accepted.
      await replaceFile({ file: fileOf(request.runId, 'request.json'), content: `${JSON.stringify(run, undefined, 2)}\n`, mode: 0o600 });
      for (const { request: { runId } } of runs.slice(0, Math.max(0, runs.length + 1 - kept))) await rm(join(folder, runId), { recursive: true, force: true });
      return run;
    },
  };
}
