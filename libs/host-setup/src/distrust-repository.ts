import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudError } from '@novadock/model';
import { dropRepositoryCaches } from './drop-repository-caches.ts';
import { repositoryFiles } from './engine-repository.ts';
import { dropFetched } from './fetch-packages.ts';
import { lastLines } from './last-lines.ts';
import { listInstalled } from './look-at-packages.ts';
import { packageManagers } from './package-managers.ts';
import type { SetupContext } from './setup-step.ts';
import { writeHostFile } from './write-host-file.ts';

const step = 'packages';
const fails = /not signed|NO_PUBKEY|signature|GPG|BADSIG|EXPKEYSIG|public key/i;
/** What dnf says of a repository that it leaves out, though it ends well. */
const isBad = /GPG signature verification error|bad GPG signature/i;
const hasNone = /GPG signature is not available|repomd\.xml\S* .*is unsigned|unsigned file .*repomd\.xml/i;

type Said = { command: string[]; code: number; output: string; installed: Map<string, string> };

/**
 * Where `output` says that the profile's repository or its packages are not signed with its key: REPOSITORY_NOT_TRUSTED, after the repository was
 * taken away again, for it would stop every other update of the host, with what came from it and keys that are not among `installed`. Undefined otherwise.
 */
export async function distrusted(ctx: SetupContext, { command, code, output, installed }: Said): Promise<CloudError | undefined> {
  const url = urlOf(ctx);
  if (url === undefined || !(code === 0 ? isBad.test(output) || hasNone.test(output) : fails.test(output))) return undefined;
  await ctx.changes.restoreFiles(step);
  await dropRepositoryCaches(ctx);
  await dropFetched(ctx);
  await dropKeys(ctx, installed);
  return new CloudError('invalid', `The repository ${url} is not signed with the key of the profile, so it was taken away again. \`${command.slice(0, 2).join(' ')}\` says:\n${lastLines(output, 4)}\nSet engine.repository.key of the profile to the key that it is signed with, then run the set-up again`, { reason: 'REPOSITORY_NOT_TRUSTED' });
}

/**
 * Where the profile's repository, asked for the first time, has no signature of its list: from now on only its packages have to be signed, and true
 * is returned. One that had a signature once has to have it ever after.
 */
export async function takeUnsigned(ctx: SetupContext, output: string): Promise<boolean> {
  const unsigned = repositoryFiles(ctx)?.unsigned;
  const isKnown = (await ctx.changes.recall(step, `signed ${urlOf(ctx)}`)) === true;
  if (unsigned === undefined || isKnown || !hasNone.test(output) || isBad.test(output)) return false;
  await writeHostFile(ctx, step, { ...unsigned, mode: 0o644 });
  return true;
}

/** To be told when the repository was asked and is trusted. */
export async function rememberSigned(ctx: SetupContext): Promise<void> {
  const files = repositoryFiles(ctx);
  if (files?.unsigned === undefined) return;
  const text = await readFile(join(ctx.root, files.source.path), 'utf8').catch(() => '');
  if (text === files.source.content) await ctx.changes.remember(step, `signed ${urlOf(ctx)}`, true);
}

function urlOf({ profile: { engine } }: SetupContext): string | undefined {
  return engine.source === 'docker-ce' ? engine.repository?.url : undefined;
}

/** dnf and zypper take a key in before they see that it does not fit. */
async function dropKeys(ctx: SetupContext, installed: Map<string, string>): Promise<void> {
  const manager = ctx.host.packageManager === undefined ? undefined : packageManagers[ctx.host.packageManager];
  if (manager === undefined || ctx.host.packageManager === 'apt-get') return;
  const keys = [...(await listInstalled(ctx, manager)).versions.keys()].filter((one) => one.startsWith('gpg-pubkey-') && !installed.has(one));
  if (keys.length > 0) await ctx.run('rpm', ['-e', ...keys]);
}
