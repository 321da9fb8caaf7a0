import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shellIn } from './shell.ts';

/** Makes an image of busybox-static on the engine: a shell and its tools, root's home, and `command` as what it runs. */
export async function makeBusyboxImage(name: string, command: string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'nd-image-'));
  const shell = shellIn(process.env);
  try {
    await shell(`mkdir -p ${folder}/bin ${folder}/etc ${folder}/tmp ${folder}/proc ${folder}/root && cp /bin/busybox ${folder}/bin/ && for tool in $(/bin/busybox --list | grep -vx busybox); do ln -sf busybox ${folder}/bin/$tool; done && echo 'root:x:0:0:root:/root:/bin/sh' > ${folder}/etc/passwd && echo 'root:x:0:' > ${folder}/etc/group`);
    await shell(`tar -C ${folder} -c . | docker import --change 'CMD ${JSON.stringify(command)}' - ${name}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
