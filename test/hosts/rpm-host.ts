import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BareHost } from '../harness/bare-host/bare-host.ts';
import { openBareHosts } from '../harness/bare-host/bare-hosts.ts';
import { startController, type Controller } from '../harness/bare-host/controller.ts';
import { rpmRepository } from '../harness/bare-host/rpm-repository.ts';
import type { Tree } from '../harness/bare-host/tree.ts';

export type PrepareOptions = { key?: string; version?: string; options?: string };

/** A host of RPM's that has joined a cloud of its own. */
export type RpmHost = {
  controller: Controller;
  host: BareHost;
  /** How its disk was then. */
  joined: Tree;
  /** Prepares it with an engine out of a folder of our repositories; `key` is the one in the profile, `error` the code of the run's. */
  prepare: (folder: string, options?: PrepareOptions) => Promise<{ code: number; said: string; error: string | undefined }>;
  /** Cuts it off from all repositories. */
  loseRepositories: () => void;
  close: () => Promise<void>;
};

/** `source`: where its package manager has its own repository, and further lines of that. */
export async function openRpmHost({ name, disk, source, before }: { name: string; disk: () => Promise<string>; source: { file: string; lines: string }; before?: string }): Promise<RpmHost> {
  const rpms = await rpmRepository();
  const hosts = await openBareHosts({ rpm: rpms });
  const controller = await startController(hosts);
  const [host] = (await hosts.start([name], { disk: await disk(), files: { [source.file]: `[base]\nname=base\nbaseurl=${hosts.repositoryUrl('rpm')}/base\ngpgcheck=0\n${source.lines}` } })) as [BareHost];
  if (before !== undefined) await host.run(before);
  await controller.join([host], `--label zone=${name}`);
  return {
    controller, host,
    joined: await host.tree(),
    prepare: async (folder, { key = 'gpg', version = '20.10.23', options = '' } = {}) => {
      const file = join(controller.home, 'profile.json');
      writeFileSync(file, JSON.stringify({ engine: { source: 'docker-ce', version, repository: { url: `${hosts.repositoryUrl('rpm')}/${folder}`, key: readFileSync(join(rpms, 'docker-ce', key), 'utf8') } } }));
      await controller.mustNovadock(`profile set rpm --file ${file}`);
      const { code, stdout, stderr } = await controller.novadock(`host prepare ${name} --profile rpm ${options}`);
      const { runs } = await controller.request<{ runs: { error: { code: string } | null }[] }>('GET', `/v1/hosts/${name}/setup-runs`);
      return { code, said: stdout + stderr, error: runs[0]?.error?.code };
    },
    loseRepositories: () => host.writeFile('/etc/hosts', host.readFile('/etc/hosts').replace(/^\S+( packages\.novadock\.test)$/m, `${hosts.fabric.address.replace(/\d+$/, '1')}$1`)),
    close: async () => {
      await controller.stop();
      await hosts.close();
    },
  };
}
