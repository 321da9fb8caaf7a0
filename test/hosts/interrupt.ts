import type { BareHost } from '../harness/bare-host/bare-host.ts';
import { waitFor } from '../harness/wait-for.ts';

/** Pulls the plug of a host, and puts it in again. */
export async function cutPowerOf(host: BareHost): Promise<void> {
  await host.powerCut();
  await host.powerOn();
}

const hold = '/etc/systemd/system/novadock-agent.service.d/test-hold.conf';

/** From now on the agent does not start with the host, but when it is told to: else it has done steps before the host is all up, and they are not cut off. */
export async function holdAgentOf(host: BareHost): Promise<void> {
  // What is in /run is gone at the next boot.
  host.writeFile(hold, '[Unit]\nConditionPathExists=/run/test-go\n');
  await host.run('touch /run/test-go; systemctl daemon-reload; sync');
}

/** Pulls the plug of a host whose agent is held, puts it in again, and lets the agent start once the host is up. */
export async function cutPowerOfHeld(host: BareHost): Promise<void> {
  await cutPowerOf(host);
  await host.run('touch /run/test-go; systemctl start --no-block novadock-agent');
}

/** As it was. */
export async function letAgentGo(host: BareHost): Promise<void> {
  await host.run(`rm -r ${hold.replace(/\/[^/]+$/, '')}; systemctl daemon-reload`);
}

/** kill -9 of the agent; systemd starts it again. */
export async function killAgentOf(host: BareHost): Promise<void> {
  const pid = await waitFor(`the agent of ${host.name}`, async () => Number(await host.run('systemctl show -p MainPID --value novadock-agent')) || undefined);
  await host.exec(`kill -9 ${pid}`);
}
