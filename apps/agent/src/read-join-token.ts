import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { CloudError } from '@novadock/model';
import type { Join } from './config.ts';

/** The join token from where it is said to be: the command line, where everybody on the machine can see it, the standard input, or a file. Throws `invalid`. */
export async function readJoinToken({ token, tokenFile }: Pick<Join, 'token' | 'tokenFile'>, stdin: NodeJS.ReadableStream = process.stdin): Promise<string> {
  if (token !== undefined && token !== '-') return token;
  if (token === '-') return (await text(stdin)).trim();
  if (tokenFile === undefined) throw new CloudError('invalid', 'To join, a token is needed: --token TOKEN, --token - with the token on the standard input, or NOVADOCK_JOIN_TOKEN_FILE. `novadock host token` makes one.');
  return (await readFile(tokenFile, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new CloudError('invalid', `NOVADOCK_JOIN_TOKEN_FILE is ${tokenFile}; it cannot be read (${cause.code}).`, { cause });
  })).trim();
}
