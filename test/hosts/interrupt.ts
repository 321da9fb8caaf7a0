import type { BareHost } from '../harness/bare-host/bare-host.ts';
import { waitFor } from '../harness/wait-for.ts';

/** Pulls the plug of a host, and puts it in again. */
export async function cutPowerOf(host: BareHost): Promise<void> {
  await host.powerCut();
  await host.powerOn();
}

/** kill -9 of the agent; systemd starts it again. */
export async function killAgentOf(host: BareHost): Promise<void> {
  const pid = await waitFor(`the agent of ${host.name}`, async () => Number(await host.run('systemctl show -p MainPID --value novadock-agent')) || undefined);
  await host.exec(`kill -9 ${pid}`);
}
