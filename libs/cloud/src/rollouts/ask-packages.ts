import { randomUUID } from 'node:crypto';
import { CloudError, type ExactPackage } from '@novadock/model';
import type { HostProfileRow } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { requestSetupRun } from '../setup/request-setup-run.ts';
import type { SetupFeed } from '../setup/setup-feed.ts';
import type { SetupRunView } from '../setup/setup-run-view.ts';
import { deleteSetupRun, waitForSetupRun } from '../setup/setup-runs.ts';

/** What a host has come to about the packages of a revision. `missing`: no repository of it has them, in its words; `note`: why it is not known, or nothing is to be fetched. */
export type PackageAnswer = { exact: ExactPackage[]; missing: string | undefined; note: string };

/** Asks a host for the packages of a revision. */
export type AskPackages = (host: { hostId: string; name: string }, target: HostProfileRow) => Promise<PackageAnswer>;

export type PackageAsker = { cloud: Cloud; feed: SetupFeed; userId: string; /** For all that one host is asked. */ timeoutMs?: number };

/** Asks by a check of the host's set-up, as its owner begins it, whichever replica that is; one that was not begun in time is withdrawn. */
export function askPackages({ cloud, feed, userId, timeoutMs = 20_000 }: PackageAsker): AskPackages {
  return async ({ hostId, name }, target) => {
    try {
      const { id } = await requestSetupRun(cloud, { host: hostId, kind: 'check', profileName: target.name, revision: target.revision, requestId: `req-${randomUUID()}`, userId });
      const run = await waitForSetupRun(cloud, feed, { host: hostId, runId: id, timeoutMs });
      if (run.ended !== undefined) return toAnswer(run);
      // One that has begun ends by itself.
      if (run.startedAt === null) await deleteSetupRun(cloud, { host: hostId, runId: id }).catch(() => {});
      return unknown(`${name} gave no answer in ${timeoutMs / 1000} s`);
    } catch (error) {
      // It has got something else to do meanwhile, or is about to leave.
      if (error instanceof CloudError) return unknown(`${name} could not be asked: ${error.message}`);
      throw error;
    }
  };
}

function toAnswer({ hostName, steps, ended }: SetupRunView): PackageAnswer {
  const { error } = ended ?? {};
  if (error?.code === 'PACKAGE_NOT_FOUND') return { exact: [], missing: error.message, note: '' };
  const step = steps.find(({ name }) => name === 'packages');
  if (step?.state === 'ok') return { exact: [], missing: undefined, note: `${hostName} has them already` };
  const exact = step?.packages ?? [];
  return exact.length > 0 ? { exact, missing: undefined, note: '' } : unknown(`${hostName} could not tell${step === undefined ? '' : `: ${step.detail}`}`);
}

function unknown(why: string): PackageAnswer {
  return { exact: [], missing: undefined, note: `${why}; each host finds out in its precheck` };
}
