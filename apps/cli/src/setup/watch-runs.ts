import type { Client, SetupRun } from '@novadock/api-client';
import { CloudError } from '@novadock/model';
import type { Cli } from '../cli.ts';
import { openDisplay, type Display } from './display.ts';
import { newRunView, takeEntry, type RunView } from './run-view.ts';
import { summaryLine, type Work } from './words.ts';

export type WatchRuns = {
  hosts: string[];
  work: Work;
  /** Asks for the run of a host; undefined: there is nothing to be done before `finish`. */
  begin: (client: Client, host: string) => Promise<SetupRun | undefined>;
  /** What there is to be done after a run that succeeded. Throws where that fails. */
  finish?: (client: Client, host: string) => Promise<void>;
  /** Also what steps print. */
  log?: boolean;
};

/** How often it is asked whether the host still answers. */
const conditionMs = 5_000;

/**
 * Has work done on hosts, all at the same time, and shows it until all have ended; then the runs in the format asked for. Throws `internal` when a
 * host failed; the refusal itself where there is one host only. Interrupted, it says how to watch on.
 */
export async function watchRuns(cli: Cli, { hosts, work, begin, finish, log = false }: WatchRuns): Promise<void> {
  const client = await cli.connect();
  const names = [...new Set(hosts)];
  const views = names.map(newRunView);
  const display = await openDisplay({ cli, views, work, log });
  const refusals: unknown[] = [];
  const watchOne = async (view: RunView) => {
    await doOne(cli, client, { view, display, begin, finish }).catch((error: unknown) => {
      if (!(error instanceof CloudError) && !cli.io.signal.aborted) throw error;
      if (view.run === undefined) refusals.push(error);
      if (error instanceof CloudError && !cli.io.signal.aborted) view.outcome = { ok: false, message: error.message, step: '' };
    });
    display.changed(view);
  };
  try {
    await Promise.all(views.map(watchOne));
  } finally {
    display.close();
  }
  if (cli.io.signal.aborted) return sayGoesOn(cli, views);
  if (names.length === 1 && refusals.length === 1) throw refusals[0];
  await conclude(cli, client, views, work);
}

/** Begins, follows and finishes the work on a host; interrupted, it has no outcome. */
async function doOne(cli: Cli, client: Client, { view, display, begin, finish }: Pick<WatchRuns, 'begin' | 'finish'> & { view: RunView; display: Display }): Promise<void> {
  view.run = await begin(client, view.host);
  view.waitingSince = view.run?.waitingSince ?? null;
  display.changed(view);
  if (view.run !== undefined) {
    await follow(cli, client, view, display).catch((error: unknown) => {
      // The runs of a host that is dropped are gone before their last word was read.
      if (finish === undefined || !(error instanceof CloudError) || error.code !== 'notFound') throw error;
    });
  }
  if (cli.io.signal.aborted) return;
  if (view.outcome?.ok !== false) await finish?.(client, view.host);
  view.outcome ??= { ok: true, changed: 0 };
}

/** Follows a run until it has ended. Its end is shown when all of its host is done. */
async function follow(cli: Cli, client: Client, view: RunView, display: Display): Promise<void> {
  const { run } = view;
  if (run === undefined) return;
  const { signal } = cli.io;
  const asking = setInterval(() => void askCondition(client, view, display), conditionMs);
  const onLost = () => {
    view.lost = true;
    display.changed(view);
  };
  try {
    for await (const entry of client.setups.follow(run.hostId, run.id, { signal, onLost })) {
      const before = view.outcome;
      takeEntry(view, entry);
      if (view.run?.state === 'pending') view.run = { ...view.run, state: 'running' };
      if (view.outcome === before) display.changed(view, entry);
    }
  } finally {
    clearInterval(asking);
  }
}

async function askCondition(client: Client, view: RunView, display: Display): Promise<void> {
  const { run } = view;
  const found = run && (await client.setups.get(run.hostId, run.id).catch(() => undefined));
  if (found === undefined || view.outcome !== undefined) return;
  view.lost = false;
  view.waitingSince = found.waitingSince;
  display.changed(view);
}

function sayGoesOn(cli: Cli, views: RunView[]): void {
  const going = views.filter(({ run, outcome }) => run !== undefined && outcome === undefined).map(({ host }) => host);
  if (going.length > 0) cli.note(`Not watching any more; it goes on by itself. Watch it with \`novadock host watch ${going.join(' ')}\`.`);
}

async function conclude(cli: Cli, client: Client, views: RunView[], work: Work): Promise<void> {
  const summary = summaryLine(views.map(({ outcome }) => outcome), work);
  const hasFailed = views.some(({ outcome }) => outcome?.ok !== true);
  if (cli.format() !== 'table') await printResults(cli, client, views);
  else if (!hasFailed) await cli.write(`${summary}\n`);
  if (hasFailed) throw new CloudError('internal', summary, { reason: 'hostsFailed' });
}

/** The runs as they are now; of a host without one what there is to say. */
async function printResults(cli: Cli, client: Client, views: RunView[]): Promise<void> {
  const results = await Promise.all(views.map(async ({ host, run, outcome }) => {
    // Those of a host that is forgotten are gone as well.
    const found = run && (await client.setups.get(run.hostId, run.id).catch(() => undefined));
    return { host, succeeded: outcome?.ok === true, message: outcome?.ok === false ? outcome.message : null, run: found ?? run ?? null };
  }));
  await cli.list(results, []);
}
