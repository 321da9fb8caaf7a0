import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Tells the service manager, where it waits for that, that the agent is ready: systemd's Type=notify. */
export async function notifyReady(env: NodeJS.ProcessEnv): Promise<void> {
  if (env.NOTIFY_SOCKET !== undefined) await promisify(execFile)('systemd-notify', ['--ready']);
}
