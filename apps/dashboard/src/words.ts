import type { Broken, BrokenKind, Fleet, Rollout } from '@novadock/api-client/browser';

const reasons: Record<string, string> = { operator: 'by an operator', threshold: 'too many hosts failed', gate: 'waits for approval', window: 'until its window opens', progress_deadline: 'it does not get on', abort: 'after an abort' };
const states: Record<Rollout['state'], string> = {
  draft: 'Draft', planned: 'Planned', awaiting_approval: 'Waits for approval', running: 'Running', paused: 'Paused', succeeded: 'Succeeded', failed: 'Failed', aborted: 'Aborted',
  superseded: 'Superseded', rolling_back: 'Rolling back', rollback_paused: 'Rollback paused', rolled_back: 'Rolled back',
};

/** A rollout's state in words, with the reason where there is one. */
export function sayState({ state, reason, supersededBy }: Pick<Rollout, 'state' | 'reason' | 'supersededBy'>): string {
  if (state === 'superseded' && supersededBy !== null) return `Superseded by ${supersededBy}`;
  const why = reason === null ? undefined : reasons[reason];
  return why === undefined ? states[state] : `${states[state]}: ${why}`;
}

export type BrokenWords = {
  title: string;
  /** What to do, before the command. */
  hint: string;
  command: (broken: Broken) => string;
  /** How to see all of them. */
  all: string;
};

export const brokenWords: Record<BrokenKind, BrokenWords> = {
  host_down: { title: 'Hosts that are down', hint: 'On the host, see why:', command: () => 'journalctl -u novadock-agent -n 50', all: 'npx novadock host list' },
  engine_not_ready: { title: 'Engines that are not ready', hint: 'Make it what its profile says:', command: ({ name }) => `npx novadock host prepare ${quote(name)}`, all: 'npx novadock host list' },
  rollout_failed: { title: 'Hosts that failed in a rollout', hint: 'See what it did, step by step:', command: ({ name, rollout }) => `npx novadock rollout log ${rollout ?? ''} ${quote(name)}`, all: 'npx novadock rollout list' },
  setup_failed: { title: 'Set-ups that failed', hint: 'When that is mended, try again:', command: ({ name }) => `npx novadock host prepare ${quote(name)}`, all: 'npx novadock host list' },
  drifted: { title: 'Hosts that drifted from their profile', hint: 'Make it what its profile says again:', command: ({ name }) => `npx novadock host prepare ${quote(name)}`, all: 'npx novadock host list' },
  instance_error: { title: 'Instances in ERROR', hint: 'See more of it:', command: ({ id }) => `npx novadock instance show ${id}`, all: 'npx novadock instance list --all-projects' },
};

/** A name as a shell takes it for one word. */
function quote(name: string): string {
  return /^[\w.:@-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`;
}

/** 5,000. */
export function count(number: number): string {
  return number.toLocaleString('en');
}

/** 1 host, 2 hosts. */
export function counted(number: number, word: string): string {
  return `${count(number)} ${word}${number === 1 ? '' : 's'}`;
}

/** 14:05 today, else with its day. */
export function clock(at: Date, now: Date): string {
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return at.toDateString() === now.toDateString() ? time : `${at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })} ${time}`;
}

/** How long ago, roughly: 40 s, 12 min, 3 h, 2 days. */
export function ago(at: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - at.getTime()) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} days`;
}

/** What is new since `before`, in sentences for those who cannot see it move. */
export function sayNews(before: Fleet, after: Fleet): string[] {
  const known = new Map(before.rollouts.map((rollout) => [rollout.id, rollout]));
  const rollouts = after.rollouts.flatMap((rollout) => {
    const old = known.get(rollout.id);
    const said = old !== undefined && sayState(old) === sayState(rollout);
    const wave = rollout.waves.find(({ state }, index) => (state === 'running' || state === 'baking') && old?.waves[index]?.state !== state);
    return [...(said ? [] : [`${rollout.id}: ${sayState(rollout)}.`]), ...(wave === undefined ? [] : [`${rollout.id}: wave ${wave.name} is ${wave.state}.`])];
  });
  const [was, is] = [before.broken.total, after.broken.total];
  const broken = was === is ? [] : [is === 0 ? 'Nothing is broken any more.' : `${counted(is, 'thing')} broken, ${Math.abs(is - was)} ${is > was ? 'more' : 'fewer'} than before.`];
  const down = before.hosts.down === after.hosts.down ? [] : [`${counted(after.hosts.up, 'host')} up, ${count(after.hosts.down)} down.`];
  return [...rollouts, ...down, ...broken];
}
