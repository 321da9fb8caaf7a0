import type { BareHost } from '../harness/bare-host/bare-host.ts';

export const archive = 'novadock-control-plane-linux-amd64.tar.gz';
export const unit = 'novadock-control-plane';
export const home = '/var/lib/novadock-control-plane';

/** As docs/running.md says it: the archive at `url` unpacked and installed; `settings` are those of one of several. */
export async function installControlPlane(host: BareHost, { url, settings }: { url: string; settings?: Record<string, string> }): Promise<string> {
  if (settings !== undefined) await host.run('groupadd --system --gid 870 novadock && useradd --system --uid 870 --gid novadock --home-dir / --shell /usr/sbin/nologin novadock');
  const printed = await host.run(`cd /root && curl -fsS ${url} -o ${archive} && mkdir novadock && tar -xzf ${archive} -C novadock && novadock/install.sh`);
  if (settings !== undefined) host.writeFile('/etc/novadock/control-plane.env', Object.entries(settings).map(([name, value]) => `${name}=${value}\n`).join(''), 0o600);
  return printed;
}

/** What an openrc or a clouds.yaml's owner signs in with: the password in the credentials of the machine whose control plane came first. */
export function readPassword(host: BareHost): string {
  const [, password = ''] = /OS_PASSWORD='([^']*)'/.exec(host.readFile(`${home}/openrc`)) ?? [];
  return password;
}
