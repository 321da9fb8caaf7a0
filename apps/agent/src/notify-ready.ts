import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Tells the service manager, where `env` says that it waits for that, that the agent is ready: systemd's Type=notify. */
export async function notifyReady({ NOTIFY_SOCKET }: NodeJS.ProcessEnv): Promise<void> {
  if (NOTIFY_SOCKET !== undefined) await promisify(execFile)('systemd-notify', ['--ready'], { env: { ...process.env, NOTIFY_SOCKET } });
}
