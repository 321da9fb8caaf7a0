import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmod, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudError } from '@novadock/model';
import type { SetupContext } from '../setup-step.ts';

const files = ['key.pem', 'certificate.pem'];

/** The paths of the agent's key and certificate that others than root may read. Throws `invalid`, with what to do, where they are not there, do not belong together, or end before long. */
export async function openIdentityFiles(ctx: SetupContext): Promise<string[]> {
  const folder = ctx.identityFolder;
  if (folder === undefined) return [];
  const found = await Promise.all(files.map((name) => readOwn(ctx, join(folder, name))));
  const [key = '', certificate = ''] = found.map(({ text }) => text);
  assertGood(folder, key, certificate);
  return found.filter(({ mode }) => mode % 0o100 !== 0).map(({ path }) => path);
}

/** Of no use to anybody else, from now on. */
export async function closeIdentityFiles(ctx: SetupContext): Promise<void> {
  for (const path of await openIdentityFiles(ctx)) await chmod(join(ctx.root, path), 0o600);
}

async function readOwn(ctx: SetupContext, path: string): Promise<{ path: string; text: string; mode: number }> {
  const file = join(ctx.root, path);
  try {
    return { path, text: await readFile(file, 'utf8'), mode: (await stat(file)).mode & 0o777 };
  } catch (cause) {
    throw new CloudError('invalid', `${path} cannot be read, and by it the agent shows which host it is: at its next start it could not. Put it back from a backup, or forget the host and let it join anew`, { cause });
  }
}

function assertGood(folder: string, key: string, pem: string): void {
  const certificate = parse(folder, key, pem);
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  // It is renewed at half of its life; after three quarters, that has failed for hours.
  const latest = from + (to - from) * 0.75;
  if (Date.now() <= latest) return;
  throw new CloudError('invalid', `The agent's certificate is good until ${new Date(to).toISOString()} and has not been renewed since ${new Date(from).toISOString()}: the agent's log says why (journalctl -u novadock-agent). Mend that, then run the set-up again`);
}

function parse(folder: string, key: string, pem: string): X509Certificate {
  try {
    const certificate = new X509Certificate(pem);
    if (certificate.checkPrivateKey(createPrivateKey(key))) return certificate;
  } catch {
    // Neither is one.
  }
  throw new CloudError('invalid', `${join(folder, 'certificate.pem')} is not the certificate of ${join(folder, 'key.pem')}. Put both back from a backup, or forget the host and let it join anew`);
}
