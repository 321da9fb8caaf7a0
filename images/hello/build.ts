// Writes hello-amd64.tar and hello-arm64.tar. Needs Debian 12's gcc and gcc-aarch64-linux-gnu.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileHello } from './compile-hello.ts';
import { makeImage } from './make-image.ts';

for (const architecture of ['amd64', 'arm64'] as const) {
  const archive = makeImage({ architecture, program: compileHello(architecture) });
  writeFileSync(join(import.meta.dirname, `hello-${architecture}.tar`), archive);
  console.log(`hello-${architecture}.tar: ${archive.length} bytes`);
}
