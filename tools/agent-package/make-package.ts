import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TarEntry } from '../../images/hello/write-tar.ts';
import { bundledFiles, textFile } from '../package/bundled-files.ts';
import { cpuTypes, type CpuType } from '../package/cpu-types.ts';
import { findPackage, type FoundPackage } from '../package/find-package.ts';
import { thirdPartyLicenses } from '../package/third-party-licenses.ts';
import { writePackage, type WrittenPackage } from '../package/write-package.ts';

const root = join(import.meta.dirname, '../..');

/**
 * Makes `outDir`/novadock-agent-linux-`cpu`.tar.gz: the agent with a Node of its own, which needs nothing else of a Linux machine than its C
 * library. Equal sources give equal bytes; where the archive is there already, it stays. `cache` keeps what takes long.
 */
export async function makePackage({ cpu, outDir, cache }: { cpu: CpuType; outDir: string; cache: string }): Promise<WrittenPackage> {
  const node = findPackage({ name: `node-linux-${cpuTypes[cpu]}`, cache });
  const files = await collectFiles(node);
  const otherImage = `images/hello/hello-${cpu === 'amd64' ? 'arm64' : 'amd64'}.tar`;
  const entries = files.filter(({ name }) => name !== otherImage);
  // One version for the hosts of all CPU types, so that one profile can name it.
  return writePackage({ name: `novadock-agent-linux-${cpu}`, node, entries, outDir, cache, versionOf: { node: node.version, entries: files } });
}

/** All but Node itself and VERSION, for any CPU type. */
async function collectFiles(node: FoundPackage): Promise<TarEntry[]> {
  const { entries, inputs } = await bundledFiles('agent');
  return [
    ...entries,
    textFile('novadock-agent.service', readFileSync(join(root, 'apps/agent/files/novadock-agent.service'))),
    // What is in it is a module, whatever lies above it.
    textFile('package.json', '{"type":"module"}\n'),
    textFile('LICENSE', readFileSync(join(root, 'LICENSE'))),
    textFile('licenses/node.txt', readFileSync(join(node.folder, 'LICENSE'))),
    textFile('licenses/packages.txt', thirdPartyLicenses(root, inputs)),
  ];
}
