import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Architecture = 'amd64' | 'arm64';

/** Debian 12's compilers: those that the committed archives were made with. Others make other, equally good bytes. */
export const compilers: Record<Architecture, { program: string; version: string; flags: string[] }> = {
  amd64: { program: 'x86_64-linux-gnu-gcc', version: '12.2.0', flags: ['-fcf-protection=none'] },
  arm64: { program: 'aarch64-linux-gnu-gcc', version: '12.2.0', flags: [] },
};

const flags = ['-std=c11', '-Os', '-Wall', '-Wextra', '-Werror', '-ffreestanding', '-fno-builtin', '-fno-stack-protector', '-fno-asynchronous-unwind-tables', '-fno-pic'];
const linkFlags = ['-static', '-nostdlib', '-no-pie', '-s', '-Wl,--build-id=none', '-Wl,-z,noseparate-code', '-Wl,-z,noexecstack'];

/** The program for one CPU type; throws when its compiler is missing or refuses the source. */
export function compileHello(architecture: Architecture): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'novadock-hello-'));
  try {
    const target = join(folder, 'hello');
    const { program, flags: own } = compilers[architecture];
    execFileSync(program, [...flags, ...own, ...linkFlags, '-o', target, 'hello.c'], { cwd: import.meta.dirname, stdio: ['ignore', 'ignore', 'pipe'] });
    return readFileSync(target);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
