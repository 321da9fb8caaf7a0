import type Docker from 'dockerode';

/** A client whose requests are given up after `timeoutMs` without a byte. */
export type ConnectEngine = (options: { timeoutMs: number }) => Docker;

/** Whether a Docker Engine answers on the socket within 5 s. */
export async function engineAnswers(connect: ConnectEngine): Promise<boolean> {
  try {
    await connect({ timeoutMs: 5000 }).ping();
    return true;
  } catch {
    return false;
  }
}
