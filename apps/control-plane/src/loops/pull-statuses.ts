import { recordStatuses, tellHostListed, type Cloud, type Recorded } from '@novadock/cloud';
import type { AgentService, InstancesUpdate } from '@novadock/model';

type PullStatuses = { cloud: Cloud; hostId: string; agent: AgentService; epoch: number; signal: AbortSignal; onUpdate: () => void; onRecorded: (recorded: Recorded) => void };

/** Writes down what a host reports for as long as its stream lives; `onRecorded` hears of each write. Throws what ends the stream. */
export async function pullStatuses(options: PullStatuses): Promise<void> {
  const { cloud, hostId, agent, epoch, signal, onUpdate, onRecorded } = options;
  // While one write is under way, what comes in is joined: of one instance only the newest report counts.
  let waiting: InstancesUpdate[] = [];
  let listedAt: Date | undefined;
  let writing: Promise<void> | undefined;
  let failure: unknown;
  const write = async () => {
    while (waiting.length > 0 && failure === undefined) {
      const updates = waiting;
      waiting = [];
      const listed = listedAt;
      listedAt = undefined;
      for (const update of joined(updates)) onRecorded(await recordStatuses(cloud, hostId, update));
      if (listed !== undefined) await tellHostListed(cloud, hostId, listed);
    }
  };
  for await (const update of agent.watchInstances({ epoch }, signal)) {
    onUpdate();
    waiting.push(update);
    if ('all' in update) listedAt = new Date();
    writing ??= write().catch((error: unknown) => void (failure = error)).finally(() => (writing = undefined));
    if (failure !== undefined) throw failure;
  }
  await writing;
}

/** Writes down all that runs on a host now. */
export async function pullList({ cloud, hostId, agent, epoch, signal, onRecorded }: Omit<PullStatuses, 'onUpdate'>): Promise<void> {
  const enough = new AbortController();
  for await (const update of agent.watchInstances({ epoch }, AbortSignal.any([signal, enough.signal]))) {
    if (!('all' in update)) continue;
    const listedAt = new Date();
    onRecorded(await recordStatuses(cloud, hostId, update));
    await tellHostListed(cloud, hostId, listedAt);
    break;
  }
  enough.abort();
}

/** The same news in fewer updates: a full list stays in its place; of reports of one instance between lists the last is kept. */
function joined(updates: InstancesUpdate[]): InstancesUpdate[] {
  const result: InstancesUpdate[] = [];
  let ones = new Map<string, InstancesUpdate>();
  for (const update of updates) {
    if ('one' in update) {
      ones.delete(update.one.id);
      ones.set(update.one.id, update);
      continue;
    }
    result.push(...ones.values(), update);
    ones = new Map();
  }
  return [...result, ...ones.values()];
}
