import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { Readable } from 'node:stream';
import Docker from 'dockerode';
import type { ImageRef } from '@novadock/model';
import { pack } from 'tar-stream';

const programs = ['sh', 'cat', 'sleep', 'ls', 'id', 'ip', 'touch', 'hostname'];

/** An image on an engine with a shell and a few programs of this very host in it: no registry and no other package is needed. */
export async function ensureShellImage(socketPath = '/var/run/docker.sock'): Promise<ImageRef> {
  const docker = new Docker({ socketPath });
  const archive = await packRoot();
  const tag = createHash('sha256').update(archive).digest('hex').slice(0, 12);
  const name = `novadock-test/shell:${tag}`;
  const found = await docker.getImage(name).inspect().catch(() => undefined);
  if (found === undefined) {
    const progress = await docker.importImage(Readable.from([archive]), { repo: 'novadock-test/shell', tag });
    for await (const _ of progress);
  }
  return { id: '5e110000-0000-4000-8000-000000000000', engineId: (await docker.getImage(name).inspect()).Id };
}

async function packRoot(): Promise<Buffer> {
  const root = pack();
  const mtime = new Date(0);
  for (const [name, mode] of [['bin/', 0o755], ['etc/', 0o755], ['root/', 0o700], ['tmp/', 0o1777]] as const) root.entry({ name, mode, mtime, type: 'directory' });
  root.entry({ name: 'etc/passwd', mtime }, 'root:x:0:0:root:/root:/bin/sh\n');
  const libraries = new Set<string>();
  for (const program of programs) {
    const path = realpathSync(execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim());
    root.entry({ name: `bin/${program}`, mode: 0o755, mtime }, readFileSync(path));
    for (const [library] of execFileSync('ldd', [path], { encoding: 'utf8' }).matchAll(/\/\S+/g)) libraries.add(library);
  }
  for (const library of libraries) root.entry({ name: library.slice(1), mode: 0o755, mtime }, readFileSync(library));
  root.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of root) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
