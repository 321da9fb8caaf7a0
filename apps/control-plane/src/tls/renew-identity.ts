import { controlPlaneIdentity } from '@novadock/cloud';
import { createLiveIdentity, renewAtMs, type Authority, type LiveIdentity } from '@novadock/rpc';
import type { FastifyBaseLogger } from 'fastify';

const checkMs = 60_000;

/** What this replica shows agents: a key and certificate of its own for a day, made afresh at half of it while channels go on. */
export async function renewIdentity({ authority, log, everyMs = checkMs, now = Date.now }: { authority: Authority; log: Pick<FastifyBaseLogger, 'warn'>; everyMs?: number; now?: () => number }): Promise<{ identity: LiveIdentity; close: () => void }> {
  let current = await controlPlaneIdentity(authority);
  const identity = createLiveIdentity(current);
  const renew = async () => {
    if (now() < renewAtMs(current.certificate)) return;
    current = await controlPlaneIdentity(authority);
    identity.replace(current);
  };
  const timer = setInterval(() => void renew().catch((err: unknown) => log.warn({ err }, 'no new certificate for the control plane; will be tried again')), everyMs);
  timer.unref();
  return { identity, close: () => clearInterval(timer) };
}
