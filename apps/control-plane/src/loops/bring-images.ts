import { setTimeout as delay } from 'node:timers/promises';
import { ensureImage, fitsHost, profileImages, recordOwnStep, sayImages, type ProfileImage } from '@novadock/cloud';
import { CloudError, toCloudError, type HostProfile, type SetupEnd, type SetupKind, type SetupStepState } from '@novadock/model';
import type { SetupRun } from '@novadock/store';
import type { FollowSetups } from './follow-setups.ts';

const name = 'images';
/** So often an image is sent to a host that answers, and is still not there. */
const attempts = 5;
const againMs = 1_000;

type Outcome = { state: SetupStepState; detail: string; error?: SetupEnd['error'] };

/** Whether there is anything to be brought to a host for a run that has ended on it. */
export function needsImages(run: SetupRun, { succeeded }: SetupEnd): boolean {
  return succeeded && run.kind !== 'undo' && idsOf(run).length > 0;
}

function idsOf({ profile }: SetupRun): string[] {
  return (profile as unknown as HostProfile | null)?.images ?? [];
}

/**
 * The last step of a run that went well on its host: the images of its profile, which only the control plane has, are brought to the engine. `check` only looks which are
 * missing; where there is no engine yet, `stage` leaves them to the run that applies. Gives how the run did, and by which number its host's entries are counted then;
 * undefined where somebody else has ended it. Throws `unavailable` when the host goes away meanwhile.
 */
export async function bringImages(options: FollowSetups, run: SetupRun, ended: SetupEnd): Promise<{ ended: SetupEnd; seqBase: number } | undefined> {
  const { cloud, agent, onRecorded } = options;
  const startedAtMs = Date.now();
  const tell = async ({ state, detail }: Outcome, skipped?: string[]) => {
    const step = { name, title: 'Images', state, detail, files: [], durationMs: state === 'runs' ? 0 : Date.now() - startedAtMs };
    const recorded = await recordOwnStep(cloud, run.id, { step, skipped });
    if (recorded !== undefined) onRecorded(run, recorded);
    return recorded;
  };
  const { images, gone } = await profileImages(cloud.store.prisma, idsOf(run));
  const { architecture } = await agent.getHostFacts();
  const fitting = images.filter((image) => fitsHost(image, architecture));
  await tell({ state: 'runs', detail: sayImages(fitting) });
  const outcome = await bring(options, run.kind as SetupKind, fitting);
  const left = gone.length === 0 ? '' : `; deleted since, and left out: ${gone.join(', ')}`;
  const told = await tell({ ...outcome, detail: `${outcome.detail}${left}` }, run.kind === 'check' ? [] : gone);
  if (told === undefined) return undefined;
  const { state, error } = outcome;
  return { seqBase: told.seqBase, ended: { succeeded: error === undefined, changed: ended.changed + (state === 'changed' || state === 'wouldChange' ? 1 : 0), error } };
}

async function bring(options: FollowSetups, kind: SetupKind, images: ProfileImage[]): Promise<Outcome> {
  if (images.length === 0) return { state: 'ok', detail: 'none is for this host' };
  const missing: ProfileImage[] = [];
  for (const image of images) {
    const found = await attempt(options, () => options.agent.hasImage(image.engineId));
    if (found instanceof CloudError) return found.reason === 'engineDown' && kind !== 'apply' ? later(kind, images) : failed(image, found);
    if (!found) missing.push(image);
  }
  if (missing.length === 0) return { state: 'ok', detail: `the engine has ${sayImages(images)}` };
  return kind === 'check' ? { state: 'wouldChange', detail: `the engine lacks ${sayImages(missing)}; to do: send them` } : send(options, missing);
}

function later(kind: SetupKind, images: ProfileImage[]): Outcome {
  return { state: kind === 'check' ? 'wouldChange' : 'ok', detail: `${sayImages(images)}: to be brought once there is an engine` };
}

async function send(options: FollowSetups, images: ProfileImage[]): Promise<Outcome> {
  for (const image of images) {
    const sent = await attempt(options, () => ensureImage(options.cloud, options.agent, image));
    // Deleted while it was its turn: as if it had been so before.
    if (sent instanceof CloudError && sent.reason !== 'imageGone') return failed(image, sent);
  }
  return { state: 'changed', detail: `sent ${sayImages(images)}` };
}

/** Does it, and gives back why it cannot be done. Throws `unavailable` where the host is away: that is waited for. */
async function attempt<T>({ isUp, signal }: FollowSetups, work: () => Promise<T>): Promise<T | CloudError> {
  for (let left = attempts; ; left -= 1) {
    try {
      return await work();
    } catch (thrown) {
      const error = toCloudError(thrown);
      if (error.code !== 'unavailable' || error.reason === 'engineDown' || (isUp() && left === 1)) return error;
      if (!isUp() || signal.aborted) throw error;
      await delay(againMs, undefined, { signal }).catch(() => {});
    }
  }
}

function failed({ name: image }: ProfileImage, { message }: CloudError): Outcome {
  const why = `The image ${image} could not be brought to the host: ${message} Put that right, or take it out of the profile, then try again.`;
  return { state: 'failed', detail: why, error: { code: 'IMAGE_NOT_STAGED', message: why, step: name } };
}
