import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Tells the service manager, where `env` says that it waits for that, that this process serves: systemd's Type=notify, with NotifyAccess=all. */
export async function notifyReady(env: NodeJS.ProcessEnv): Promise<void> {
  if (env.NOTIFY_SOCKET !== undefined) await promisify(execFile)('systemd-notify', ['--ready', '--status=ready'], { env });
}
