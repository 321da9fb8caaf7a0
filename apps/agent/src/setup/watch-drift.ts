import { setTimeout as delay } from 'node:timers/promises';
import { checkSetup, keepPackageLists, noLists, type SetupContext, type SetupStep } from '@novadock/host-setup';
import type { SetupFacts } from '@novadock/model';
import type { Logger } from 'pino';
import { readAppliedProfile, type AppliedProfile } from './applied-profile.ts';

/** Whether the host still is what was made of it. */
export type DriftWatch = {
  /** What was seen last; where it is just being looked at, what is seen then, unless that takes longer than 5 s. Undefined where nothing is applied. */
  facts(): Promise<SetupFacts | undefined>;
  /** Looks anew, now. */
  look(): Promise<void>;
};

export type DriftDeps = {
  folder: string;
  createContext: (applied: AppliedProfile & { state: 'applied' }) => Promise<SetupContext>;
  steps: SetupStep[];
  /** While a run is under way, nothing is looked at. */
  isBusy: () => boolean;
  log: Logger;
  signal: AbortSignal;
  intervalMs?: number;
};

const patienceMs = 5000;

/** Looks at each step at once, then every minute; changes nothing. */
export function watchDrift(deps: DriftDeps): DriftWatch {
  let facts: SetupFacts | undefined;
  const kept = noLists();
  let looking: Promise<void> = Promise.resolve();
  const lookOnce = async () => {
    const seen = await readFacts(deps, kept).catch((error: unknown) => void deps.log.warn({ err: error }, 'the set-up of the host could not be looked at'));
    // A run that began meanwhile is followed by a look of its own.
    if (deps.isBusy()) return;
    tellChange(deps.log, facts, seen);
    facts = seen;
  };
  let asked = 0;
  const look = () => {
    asked += 1;
    return (looking = looking.then(lookOnce).finally(() => (asked -= 1)));
  };
  // One that takes longer than a minute, as with an engine that hangs, is not followed by a row of others.
  const timer = setInterval(() => void (deps.isBusy() || asked > 0 || look()), deps.intervalMs ?? 60_000).unref();
  deps.signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  void look();
  return {
    look,
    facts: async () => {
      await Promise.race([looking, delay(patienceMs, undefined, { ref: false })]);
      return facts;
    },
  };
}

async function readFacts({ folder, createContext, steps }: DriftDeps, kept: ReturnType<typeof noLists>): Promise<SetupFacts | undefined> {
  const applied = await readAppliedProfile(folder);
  if (applied?.state !== 'applied') return undefined;
  const { name: profile, revision } = applied.profile;
  return { profile, revision, steps: await checkSetup({ ctx: keepPackageLists(await createContext(applied), kept), steps }), checkedAtMs: Date.now() };
}

function tellChange(log: Logger, before: SetupFacts | undefined, after: SetupFacts | undefined): void {
  const drifted = ({ steps = [] }: Partial<SetupFacts> = {}) => steps.filter(({ ok }) => !ok);
  const [was, is] = [drifted(before), drifted(after)];
  if (is.map(({ name }) => name).join() === was.map(({ name }) => name).join()) return;
  if (is.length > 0) log.warn({ steps: is.map(({ name, detail }) => ({ name, detail })) }, 'the host is not what its profile says');
  else log.info('the host is what its profile says');
}
