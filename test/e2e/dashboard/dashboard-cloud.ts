import { bootstrapIdentity, createPasswordChecker, type Cloud } from '@novadock/cloud';
import { buildApp } from '@novadock/control-plane';
import { createRolloutFleet } from '../../../apps/control-plane/src/testing/rollout-fleet.ts';
import { freePort } from '../../harness/free-port.ts';

export const password = 'correct horse';

/** A control plane with its HTTP side on a port, and its loops unless said, on a database of its own, and hosts whose agents the test plays. */
export async function openDashboardCloud(names: string[], { loops = true }: { loops?: boolean } = {}) {
  const fleet = await createRolloutFleet(names);
  const replica = loops ? await fleet.startControlPlane() : fleet;
  const cloud: Cloud = { ...replica.cloud, passwords: createPasswordChecker() };
  await bootstrapIdentity(cloud, { adminPassword: password });
  const port = await freePort();
  let app: ReturnType<typeof buildApp> | undefined;
  const stopServing = async () => {
    await app?.close();
    app = undefined;
  };
  const serve = async () => {
    app = buildApp({ cloud, publicUrl: undefined });
    await app.listen({ host: '127.0.0.1', port });
  };
  await serve();
  return {
    ...fleet, cloud, serve, stopServing,
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      await stopServing();
      await fleet.close();
    },
  };
}

export type DashboardCloud = Awaited<ReturnType<typeof openDashboardCloud>>;
