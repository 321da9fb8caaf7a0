import type { ConnectEngine } from './engine-answers.ts';

/** `ours`: it carries a label of Novadock's. */
export type RunningContainer = { id: string; name: string; startedAt: string; ours: boolean };

const atOnce = 16;

/** What the container of the smoke test is known by. */
export const smokeTestLabel = 'novadock.smoke-test';

/** What runs in the engine, and since when. */
export async function runningContainers(connect: ConnectEngine): Promise<RunningContainer[]> {
  const engine = connect({ timeoutMs: 30_000 });
  const listed = await engine.listContainers();
  const running: RunningContainer[] = [];
  for (let at = 0; at < listed.length; at += atOnce) running.push(...(await Promise.all(listed.slice(at, at + atOnce).map(look))).flat());
  return running;

  async function look({ Id, Names, Labels }: (typeof listed)[number]): Promise<RunningContainer[]> {
    const seen = await engine.getContainer(Id).inspect().catch(orGone);
    // Between two tries of its restart policy a container is listed and does not run.
    if (seen?.State.Running !== true || seen.State.Restarting) return [];
    return [{ id: Id, name: Names[0]?.replace(/^\//, '') ?? Id.slice(0, 12), startedAt: seen.State.StartedAt, ours: isOurs(Labels) }];
  }
}

export function isOurs(labels: Record<string, string> | null | undefined): boolean {
  return Object.keys(labels ?? {}).some((label) => label.startsWith('novadock.'));
}

/** Of a test that was cut off: nothing in it is of use to anybody. */
export function isSmokeTest(labels: Record<string, string> | null | undefined): boolean {
  return labels?.[smokeTestLabel] !== undefined;
}

function orGone(error: { statusCode?: number }): undefined {
  if (error.statusCode !== 404) throw error;
  return undefined;
}
