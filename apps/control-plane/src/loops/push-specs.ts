import { ensureImage, instanceSpec, portSpecs, recordStatuses, type Cloud } from '@novadock/cloud';
import { toCloudError, type CloudError, type AgentService, type ImageRef, type InstanceStatus, type PortSpec, type Power } from '@novadock/model';
import { unreachedInstances, type SpecRow } from '@novadock/store';

export type PushSpecs = {
  /** Begins to send each instance's spec whose generation the host has not reached; one that waits for its image keeps no other waiting. */
  push(): Promise<void>;
  /** The host may have forgotten what it was sent: all of it is due again. */
  forget(): void;
};

/** A host that has taken a spec works on it; it is told again only after this long, in case it forgot. */
const resendMs = 20_000;
/** How long an image that a host had is believed to be there. */
const imageKnownMs = 30_000;

/** Pushes specs to one host for as long as it is connected; a lost reply is sent again, which changes nothing. */
export function pushSpecs(options: { cloud: Cloud; hostId: string; agent: AgentService; epoch: number; onFailed: (error: unknown) => void }): PushSpecs {
  const { cloud, hostId, agent, epoch, onFailed } = options;
  const sent = new Map<string, { generation: number; atMs: number }>();
  const images = new Map<string, { atMs: number; there: Promise<void> }>();

  const imageThere = (image: ImageRef): Promise<void> => {
    const known = images.get(image.engineId);
    if (known !== undefined && Date.now() - known.atMs < imageKnownMs) return known.there;
    const there = ensureImage(cloud, agent, image);
    const entry = { atMs: Number.MAX_SAFE_INTEGER, there };
    images.set(image.engineId, entry);
    there.then(() => (entry.atMs = Date.now()), () => images.delete(image.engineId));
    return there;
  };

  const send = async (row: SpecRow, ports: PortSpec[]): Promise<void> => {
    try {
      const spec = instanceSpec(row, ports);
      // Only a container that has to be made needs its image.
      if (spec.power !== 'absent' && row.containerId === null) await imageThere(spec.image);
      // While the image was sent, something newer may have been asked for.
      if (sent.get(row.id)?.generation === row.generation) await agent.applyInstance({ spec, generation: row.generation, epoch });
    } catch (error) {
      const failure = toCloudError(error);
      if (sent.get(row.id)?.generation === row.generation) sent.delete(row.id);
      if (failure.code === 'unavailable' || failure.reason === 'staleEpoch') throw failure;
      await recordStatuses(cloud, hostId, { one: refused(row, failure) });
    }
  };

  const push = async (): Promise<void> => {
    const due = (await unreachedInstances(cloud.store, hostId)).filter((row) => {
      const last = sent.get(row.id);
      return last === undefined || last.generation < row.generation || Date.now() - last.atMs > resendMs;
    });
    if (due.length === 0) return;
    for (const { id, generation } of due) sent.set(id, { generation, atMs: Date.now() });
    const ports = await portSpecs(cloud.store, due.map(({ id }) => id));
    for (const row of due) send(row, ports.get(row.id) ?? []).catch(onFailed);
  };
  return { push, forget: () => sent.clear() };
}

/** The report of a host that will never reach the generation: all is as it was seen last. */
function refused(row: SpecRow, failure: CloudError): InstanceStatus {
  return {
    id: row.id, generation: row.generation, power: (row.observedPower ?? 'absent') as Power, containerId: row.containerId ?? '', exitCode: row.exitCode ?? 0, oomKilled: row.oomKilled,
    startedAtMs: row.startedAt?.getTime() ?? 0, finishedAtMs: row.finishedAt?.getTime() ?? 0,
    error: { code: failure.code, message: failure.message, step: 'apply' }, step: '', restarts: row.observedRestarts, lostToRestart: false,
  };
}
