import { open, type FileHandle } from 'node:fs/promises';
import { orMissing } from './or-missing.ts';

/** The few words of bbolt's file format (page.go, meta.go, bucket.go): little-endian, pages with elements that say where key and value are. */
const format = { magic: 0xed0cdaed, version: 2, header: 16, element: 16, branch: 1, leaf: 2, isBucket: 1, bucket: 16 };

type Entry = { key: string; value: Buffer; isBucket: boolean };
type Meta = { pageSize: number; root: bigint; transaction: bigint };
type Database = { handle: FileHandle; pageSize: number };

/** The namespaces in the meta.db of a containerd, which may run meanwhile or not; none where there is no such file. Throws where it cannot be read. */
export async function containerdNamespaces(file: string): Promise<string[]> {
  const handle = await open(file).catch(orMissing);
  if (handle === undefined) return [];
  try {
    const { pageSize, root } = await newestMeta(handle);
    const database = { handle, pageSize };
    const versions = await entriesOf(database, await readPage(database, root));
    const first = versions.find(({ key, isBucket }) => key === 'v1' && isBucket);
    if (first === undefined) return [];
    const entries = await entriesOf(database, await openBucket(database, first.value));
    return entries.filter(({ isBucket }) => isBucket).map(({ key }) => key);
  } finally {
    await handle.close();
  }
}

/** The first two pages take turns; one that is half written does not have the checksum that it says. */
async function newestMeta(handle: FileHandle): Promise<Meta> {
  const first = await readMeta(handle, 0);
  const second = await readMeta(handle, first?.pageSize ?? 4096);
  const [newest] = [first, second].filter((meta) => meta !== undefined).toSorted((one, other) => Number(other.transaction - one.transaction));
  if (newest === undefined) throw new Error('not a file of bbolt');
  return newest;
}

async function readMeta(handle: FileHandle, at: number): Promise<Meta | undefined> {
  const page = await readAt(handle, at, format.header + 64);
  const meta = page.subarray(format.header);
  const isWhole = meta.readUInt32LE(0) === format.magic && meta.readUInt32LE(4) === format.version && meta.readBigUInt64LE(56) === checksumOf(meta.subarray(0, 56));
  return isWhole ? { pageSize: meta.readUInt32LE(8), root: meta.readBigUInt64LE(16), transaction: meta.readBigUInt64LE(48) } : undefined;
}

/** FNV-1a of 64 bits. */
function checksumOf(bytes: Buffer): bigint {
  return bytes.reduce((hash, byte) => BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n), 0xcbf29ce484222325n);
}

async function readPage({ handle, pageSize }: Database, id: bigint): Promise<Buffer> {
  const at = Number(id) * pageSize;
  const page = await readAt(handle, at, pageSize);
  const overflow = page.readUInt32LE(12);
  return overflow === 0 ? page : readAt(handle, at, pageSize * (overflow + 1));
}

async function readAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, at);
  if (bytesRead < length) throw new Error('cut off');
  return buffer;
}

/** A small bucket lies within the value itself. */
async function openBucket(database: Database, value: Buffer): Promise<Buffer> {
  const root = value.readBigUInt64LE(0);
  return root === 0n ? value.subarray(format.bucket) : readPage(database, root);
}

async function entriesOf(database: Database, page: Buffer): Promise<Entry[]> {
  const [kind, count] = [page.readUInt16LE(8), page.readUInt16LE(10)];
  const elements = Array.from({ length: count }, (_, index) => page.subarray(format.header + index * format.element));
  if (kind === format.leaf) return elements.map(toEntry);
  if (kind !== format.branch) throw new Error(`a page of kind ${kind}`);
  const inner: Entry[] = [];
  for (const element of elements) inner.push(...(await entriesOf(database, await readPage(database, element.readBigUInt64LE(8)))));
  return inner;
}

function toEntry(element: Buffer): Entry {
  const [flags, at, keySize, valueSize] = [element.readUInt32LE(0), element.readUInt32LE(4), element.readUInt32LE(8), element.readUInt32LE(12)];
  return { key: element.toString('utf8', at, at + keySize), value: element.subarray(at + keySize, at + keySize + valueSize), isBucket: (flags & format.isBucket) !== 0 };
}
