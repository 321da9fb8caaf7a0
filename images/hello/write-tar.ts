/** A folder (its name ends with "/") or a file of an archive. */
export type TarEntry = { name: string; mode: number; content?: Buffer };

/** A POSIX ustar archive of these entries, in their order, owned by root and dated 1970, so that equal entries give equal bytes. */
export function writeTar(entries: TarEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = entry.content ?? Buffer.alloc(0);
    return [header(entry, content.length), content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

// The fields of the header, by their offset: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html
function header(entry: TarEntry, size: number): Buffer {
  const block = Buffer.alloc(512);
  const [prefix, name] = splitName(entry.name);
  const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, '0')}\0`;
  block.write(name, 0);
  block.write(octal(entry.mode, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  block.write(' '.repeat(8), 148);
  block.write(entry.name.endsWith('/') ? '5' : '0', 156);
  block.write('ustar\0', 257);
  block.write('00', 263);
  block.write(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** A name that is longer than its field has its first folders in another one. */
function splitName(name: string): [prefix: string, name: string] {
  if (Buffer.byteLength(name) <= 100) return ['', name];
  const slashes = [...name.slice(0, -1).matchAll(/\//g)].map(({ index }) => index);
  const at = slashes.find((index) => Buffer.byteLength(name.slice(index + 1)) <= 100 && Buffer.byteLength(name.slice(0, index)) <= 155);
  if (at === undefined) throw new Error(`${name} is too long a name for a plain tar header`);
  return [name.slice(0, at), name.slice(at + 1)];
}
