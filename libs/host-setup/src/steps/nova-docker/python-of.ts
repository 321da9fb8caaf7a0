import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { orMissing } from '../../or-missing.ts';
import { systemFolders } from '../../search-path.ts';
import type { SetupContext } from '../../setup-step.ts';

/** The Python that runs a program, as the program's first line names it: of those in `virtualenv`, else of the system's. */
export async function pythonOf(ctx: SetupContext, options: { program: string; virtualenv: string }): Promise<string> {
  const folders = [...(options.virtualenv === '' ? [] : [`${options.virtualenv}/bin`]), ...systemFolders];
  for (const folder of folders) {
    const line = (await readFile(join(ctx.root, folder, options.program), 'utf8').catch(orMissing))?.split('\n')[0] ?? '';
    const [, interpreter = '', argument] = /^#!\s*(\S+)(?:\s+(\S+))?/.exec(line) ?? [];
    // "#!/usr/bin/env python3" names it behind.
    if (/python/.test(interpreter)) return interpreter;
    if (argument !== undefined && /python/.test(argument)) return argument;
  }
  return options.virtualenv === '' ? '/usr/bin/python3' : `${options.virtualenv}/bin/python`;
}
