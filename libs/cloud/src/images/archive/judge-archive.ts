import { CloudError } from '@novadock/model';
import type { Inspection } from '../inspect-archive.ts';
import type { ArchiveFile } from './inspect-file.ts';
import { plainPath, quote } from './paths.ts';

/** An archive's files and links, by path. Links hold the path of their target. */
export type ArchiveContent = { files: Map<string, ArchiveFile>; links: Map<string, string> };

/** A common mistake. */
export const notExport = '(`docker export` writes the files of a container, not an image.)';

type Manifest = { Config: string; RepoTags: string[] | null; Layers: string[] | null };
type Config = { architecture: string; os: string; rootfs: { diff_ids: string[] | null } };

/** What a whole archive boots as. Throws `invalid` with the reason, a sentence for the user, when no engine would load it as the one image it claims to be. */
export function judgeArchive(content: ArchiveContent): Inspection {
  const manifest = readManifest(content);
  const { file, json } = readJson(content, manifest.Config);
  assertNamedByDigest(manifest.Config, /^(?:(?:blobs\/sha256\/|sha256:)([0-9a-f]{64})|([0-9a-f]{64})\.json)$/, file);
  if (!isConfig(json)) throw new CloudError('invalid', `Its config ${quote(manifest.Config)} is damaged, or names no architecture, os or layers.`);
  if (json.os !== 'linux') throw new CloudError('invalid', `It is made for ${quote(json.os)}: only images for linux boot here.`);
  const layers = manifest.Layers ?? [];
  const diffIds = json.rootfs.diff_ids ?? [];
  if (layers.length !== diffIds.length) throw new CloudError('invalid', `It has ${layers.length} layers, but its config names ${diffIds.length}.`);
  const sizes = layers.map((path, index) => layerBytes(content, path, diffIds[index]));
  return {
    engineId: `sha256:${file.sha256}`,
    architecture: json.architecture,
    contentBytes: sizes.reduce((sum, bytes) => sum + bytes, 0),
    repoTags: manifest.RepoTags ?? [],
  };
}

function readManifest(content: ArchiveContent): Manifest {
  if (!content.files.has('manifest.json')) throw new CloudError('invalid', whyNoManifest(content));
  const { json } = readJson(content, 'manifest.json');
  if (!Array.isArray(json) || !json.every(isManifest)) throw new CloudError('invalid', 'Its manifest.json is damaged.');
  const [manifest] = json;
  if (manifest === undefined) throw new CloudError('invalid', 'Its manifest.json names no image.');
  if (json.length > 1) throw new CloudError('invalid', `It holds ${json.length} images. Save one image at a time.`);
  return manifest;
}

function whyNoManifest({ files }: ArchiveContent): string {
  if (files.has('index.json')) return 'It is an OCI layout without manifest.json, which older engines cannot load. Make it with `docker save`, or with `skopeo copy … docker-archive:FILE`.';
  if (files.has('repositories')) return 'It was saved by a Docker older than 1.10 and has no manifest.json. Load it with a newer one and save it again.';
  return `It has no manifest.json, so it is no output of \`docker save\`. ${notExport}`;
}

function layerBytes(content: ArchiveContent, path: string, diffId: string | undefined): number {
  const file = findFile(content, path);
  assertNamedByDigest(path, /^blobs\/sha256\/([0-9a-f]{64})$/, file);
  if ('problem' in file.layer) throw new CloudError('invalid', `Its layer ${quote(path)} is unusable: ${file.layer.problem}.`);
  if (diffId !== `sha256:${file.layer.diffId}`) throw new CloudError('invalid', `Its layer ${quote(path)} is not the one its config names: the digest differs.`);
  return file.layer.contentBytes;
}

function readJson(content: ArchiveContent, path: string): { file: ArchiveFile; json: unknown } {
  const file = findFile(content, path);
  if (file.json === undefined) throw new CloudError('invalid', `Its ${quote(path)} is no JSON, or far too large.`);
  try {
    return { file, json: JSON.parse(file.json) };
  } catch (cause) {
    throw new CloudError('invalid', `Its ${quote(path)} is no JSON.`, { cause });
  }
}

/** Docker up to 24 writes a layer that comes twice as a link to the first. */
function findFile({ files, links }: ArchiveContent, path: string): ArchiveFile {
  let at = plainPath(path);
  for (let hops = 0; hops < 10; hops += 1) {
    const file = files.get(at);
    if (file !== undefined) return file;
    at = links.get(at) ?? '';
  }
  throw new CloudError('invalid', `It lacks ${quote(path)}, which its manifest.json names.`);
}

function assertNamedByDigest(path: string, form: RegExp, file: ArchiveFile): void {
  const digest = form.exec(plainPath(path))?.slice(1).find((group) => group !== undefined);
  if (digest !== undefined && digest !== file.sha256) throw new CloudError('invalid', `Its ${quote(path)} is damaged: the content does not have the digest in its name.`);
}

function isManifest(value: unknown): value is Manifest {
  const { Config, RepoTags, Layers } = (value ?? {}) as Partial<Manifest>;
  return typeof Config === 'string' && isStrings(RepoTags) && isStrings(Layers);
}

function isConfig(value: unknown): value is Config {
  const { architecture, os, rootfs } = (value ?? {}) as Partial<Config>;
  return typeof architecture === 'string' && /^\w{1,32}$/.test(architecture) && typeof os === 'string' && typeof rootfs === 'object' && rootfs !== null && isStrings(rootfs.diff_ids);
}

/** Go writes an empty list as null. */
function isStrings(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
}
