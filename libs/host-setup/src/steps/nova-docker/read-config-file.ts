import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SetupContext } from '../../setup-step.ts';

/** Which makes bytes of text again, the very same. */
export type ConfigText = { text: string; encoding: 'utf8' | 'latin1' };

/** A configuration file as text, in whatever encoding it is written; rejects as readFile does. */
export async function readConfigFile(ctx: SetupContext, path: string): Promise<ConfigText> {
  const bytes = await readFile(join(ctx.root, path));
  const encoding = isUtf8(bytes) ? 'utf8' : 'latin1';
  return { text: bytes.toString(encoding), encoding };
}
