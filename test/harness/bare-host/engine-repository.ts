import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianRepository, findDeb, repackDeb, writeIndex } from './apt-repository.ts';
import type { BareHosts } from './bare-hosts.ts';
import { cached } from './cached.ts';

/** What a profile's `engine.version` says for each: Debian's own; the same program that says it is newer; one whose dockerd does not start. */
export const engineVersions = { old: '20.10.24', broken: '20.10.25', new: '20.10.26' };

/** Newer than Debian's, and what the new engine asks for: an upgrade from Debian's alone changes both packages. */
export const newContainerd = '1.6.21~nd-1';

const brokenDockerd = "#!/bin/sh\necho 'failed to start daemon: this dockerd is broken on purpose' >&2\nexit 1\n";

/**
 * A repository with docker.io in the versions besides Debian's, for hosts that have it beside `debian`: to be given to `openBareHosts`
 * as `engines`. The newest that a host finds works.
 */
export function engineRepository(): Promise<string> {
  return cached('engine-packages', { layout: 1, engineVersions, newContainerd, brokenDockerd }, async (folder) => {
    const debs = await debianRepository();
    const engine = findDeb(debs, 'docker.io');
    const version = (to: string) => (control: string) => control.replace(/^Version:.*/m, `Version: ${to}`);
    await repackDeb([engine], join(folder, 'broken.deb'), version(`${engineVersions.broken}+dfsg1-1`), (root) => writeFileSync(join(root, 'usr/sbin/dockerd'), brokenDockerd, { mode: 0o755 }));
    const needsNew = (control: string) => control.replace(/containerd \([^)]*\)/, `containerd (>= ${newContainerd})`);
    await repackDeb([engine], join(folder, 'new.deb'), (control) => needsNew(version(`${engineVersions.new}+dfsg1-1`)(control)), (root) => sayVersion(join(root, 'usr/sbin/dockerd')));
    await repackDeb([findDeb(debs, 'containerd')], join(folder, 'containerd.deb'), version(newContainerd));
    await writeIndex(folder);
  });
}

/** In the program itself, so that the engine's API tells it: as long as the old one, nothing in it moves. */
function sayVersion(dockerd: string): void {
  const program = readFileSync(dockerd);
  const [from, to] = [Buffer.from(engineVersions.old), Buffer.from(engineVersions.new)];
  for (let at = program.indexOf(from); at >= 0; at = program.indexOf(from, at)) to.copy(program, at);
  writeFileSync(dockerd, program);
}

/** The sources.list of a host that finds the engine in all versions. */
export function engineSources(hosts: BareHosts): string {
  return ['debian', 'engines'].map((name) => `deb [trusted=yes] ${hosts.repositoryUrl(name)} ./\n`).join('');
}
