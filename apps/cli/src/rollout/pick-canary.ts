import type { Host } from '@novadock/api-client';
import { CloudError } from '@novadock/model';

export type Canary = { name: string; profile: string; revision: number };

/** The host that a rehearsal breaks: the one that is named, or the first of those selected that is whole. Throws `notFound`, and `conflict` where it is not whole, with why. */
export function pickCanary(hosts: Host[], { canary, labels = {}, only, exclude = [] }: { canary?: string; labels?: Record<string, string>; only?: string[]; exclude?: string[] }): Canary {
  const isOne = (names: string[], { id, name }: Host) => names.includes(name) || names.includes(id);
  const hasLabels = (host: Host) => Object.entries(labels).every(([key, value]) => ({ ...host.labels, zone: host.availabilityZone })[key] === value);
  const selected = hosts.filter((host) => hasLabels(host) && (only === undefined || isOne(only, host)) && !isOne(exclude, host));
  const wanted = canary === undefined ? selected : selected.filter((host) => isOne([canary], host));
  if (wanted.length === 0) throw new CloudError('notFound', canary === undefined ? 'No host is selected: see `novadock host list`.' : `There is no host ${canary} among those that are selected: see \`novadock host list\`.`);
  const whole = wanted.find((host) => notWhole(host) === undefined);
  if (whole?.setup.profile && whole.setup.revision !== null) return { name: whole.name, profile: whole.setup.profile, revision: whole.setup.revision };
  const why = wanted.slice(0, 5).map((host) => `  ${host.name}: ${notWhole(host) ?? ''}`);
  throw new CloudError('conflict', `A rehearsal needs a host that is as its profile says, so that it can be seen to be so again afterwards:\n${why.join('\n')}`, { reason: 'noCanary' });
}

function notWhole({ name, up, engineReady, setup, facts }: Host): string | undefined {
  if (!up) return 'it does not answer';
  if (setup.profile === null || setup.revision === null) return `it has no profile: \`novadock host prepare ${name}\``;
  if (setup.state !== 'ok') return `its set-up is ${setup.state}: \`novadock host prepare ${name}\``;
  if (!engineReady) return 'its engine is not ready';
  return facts?.engine.liveRestore === true ? undefined : 'its engine has live-restore off';
}
