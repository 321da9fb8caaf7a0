import { access, chmod, readdir, readFile, rm, rmdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { containerdNamespaces } from './containerd-namespaces.ts';
import { containerdData, type FolderBefore, type HostBefore } from './host-before.ts';
import { orMissing } from './or-missing.ts';
import { isSmokeTest } from './running-containers.ts';
import { removeFolders } from './saved-file.ts';
import type { SetupContext } from './setup-step.ts';

/** What an engine itself makes in the folders of its configuration: its key up to 23, and what containerd looks for plugins in. */
const ownNames: Record<string, string[]> = { '/etc/docker': ['key.json'], '/opt/containerd': ['bin', 'lib'] };
/** Those that an engine has in a containerd; all others are somebody else's. */
const ownNamespaces = ['moby', 'moby_history', 'plugins.moby'];
const metaPath = 'io.containerd.metadata.v1.bolt/meta.db';

/** The data folders that are not to be emptied, with the reason: they were in use before the engine came, or hold what somebody may miss. */
export async function dataToKeep(ctx: SetupContext, { data }: HostBefore): Promise<Map<string, string>> {
  const kept = new Map<string, string>();
  for (const [folder, before] of Object.entries(data)) {
    const held = await whatFolderHolds(ctx, folder);
    // An engine of 29 has there what its containers are made of.
    if (held.includes('containers') && (await isThere(ctx, containerdData))) kept.set(containerdData, `containers in ${folder} may need it`);
    if (held.length > 0) kept.set(folder, `it holds ${held.join(' and ')}`);
    else if ((before.names ?? []).length > 0) kept.set(folder, 'it was in use before the engine was installed');
  }
  return kept;
}

function isThere(ctx: SetupContext, folder: string): Promise<boolean> {
  return access(join(ctx.root, folder)).then(() => true, () => false);
}

/** Takes away what an engine leaves behind, but for the data that is to be kept and what others put into the folders of its configuration; tells what was left there. */
export async function removeEngineFolders(ctx: SetupContext, { data, config }: HostBefore, kept: Map<string, string>): Promise<string[]> {
  // One may lie in another.
  const isKept = (folder: string) => [...kept.keys()].some((one) => one === folder || one.startsWith(`${folder}/`));
  for (const [folder, before] of Object.entries(data)) if (!isKept(folder)) await emptyFolder(ctx, folder, before);
  await rm(join(ctx.root, ctx.paths.engineLog), { force: true });
  await rmdir(dirname(join(ctx.root, ctx.paths.engineLog))).catch(() => {});
  const left: string[] = [];
  for (const [folder, before] of Object.entries(config)) {
    const others = await removeOwn(ctx, folder, before);
    if (others.length > 0) left.push(`left in ${folder}: ${others.toSorted().join(', ')}`);
  }
  return left;
}

/** Containers, running or not, but that of the smoke test; volumes with a name; what others have in its containerd. */
async function whatFolderHolds(ctx: SetupContext, folder: string): Promise<string[]> {
  const path = join(ctx.root, folder);
  // With userns-remap, an engine keeps all in a folder of its own for these ids.
  const remapped = (await readdir(path).catch(() => [])).filter((name) => /^\d+\.\d+$/.test(name)).map((name) => join(path, name));
  const all = [path, ...remapped];
  const containers = (await Promise.all(all.map(hasContainers))).includes(true);
  const volumes = (await Promise.all(all.map(hasVolumes))).includes(true);
  const namespaces = await othersNamespaces([join(path, metaPath), ...all.map((one) => join(one, 'containerd/daemon', metaPath))]);
  return [...(containers ? ['containers'] : []), ...(volumes ? ['volumes'] : []), ...namespaces];
}

async function hasContainers(path: string): Promise<boolean> {
  const names = await readdir(join(path, 'containers')).catch(() => []);
  const found = await Promise.all(names.map(async (name) => !isSmokeTest(labelsIn(await readFile(join(path, 'containers', name, 'config.v2.json'), 'utf8').catch(() => '{}')))));
  return found.includes(true);
}

/** One without a name, 64 hexadecimal digits, goes with its container. */
async function hasVolumes(path: string): Promise<boolean> {
  const entries = await readdir(join(path, 'volumes'), { withFileTypes: true }).catch(() => []);
  return entries.some((entry) => entry.isDirectory() && !/^[0-9a-f]{64}$/.test(entry.name));
}

/** None where it cannot be read: then it is taken for somebody else's. */
function labelsIn(text: string): Record<string, string> {
  try {
    return (JSON.parse(text) as { Config?: { Labels?: Record<string, string> } }).Config?.Labels ?? {};
  } catch {
    return {};
  }
}

async function othersNamespaces(files: string[]): Promise<string[]> {
  try {
    const names = (await Promise.all(files.map(containerdNamespaces))).flat().filter((name) => !ownNamespaces.includes(name));
    return names.length === 0 ? [] : [`what is not the engine's in containerd (${names.slice(0, 5).join(', ')})`];
  } catch {
    return ['what cannot be read'];
  }
}

/** Removes what is in a folder, and the folder too unless it is to stay, as it was: it may be a file system of its own. */
async function emptyFolder(ctx: SetupContext, folder: string, { names, mode, above }: FolderBefore): Promise<void> {
  const path = join(ctx.root, folder);
  for (const entry of await readdir(path).catch(() => [])) await rm(join(path, entry), { recursive: true, force: true });
  if (names !== null) return chmod(path, mode).catch(orMissing);
  await rm(path, { recursive: true, force: true });
  await removeFolders(ctx.root, above);
}

/** Gives back what others have there now. */
async function removeOwn(ctx: SetupContext, folder: string, { names, above }: FolderBefore): Promise<string[]> {
  const path = join(ctx.root, folder);
  const had = names ?? [];
  for (const name of (ownNames[folder] ?? []).filter((one) => !had.includes(one))) await rmdir(join(path, name)).catch(() => unlink(join(path, name))).catch(() => {});
  if (names === null) await rmdir(path).then(() => removeFolders(ctx.root, above), () => {});
  return (await readdir(path).catch(() => [])).filter((name) => !had.includes(name));
}
