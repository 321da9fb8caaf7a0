import { setTimeout as delay } from 'node:timers/promises';
import { toCloudError } from '@novadock/model';
import { renewAtMs } from '@novadock/rpc';
import type { Logger } from 'pino';
import type { Enrolled } from './agent-folder.ts';

export type KeepCertificate = {
  enrolled: Enrolled;
  renew: (enrolled: Enrolled) => Promise<Enrolled>;
  /** Takes the new certificate into use. */
  onRenewed: (enrolled: Enrolled) => Promise<void>;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
  signal: AbortSignal;
  now?: () => number;
  wait?: (waitMs: number, signal: AbortSignal) => Promise<void>;
};

/** Clocks jump and machines sleep: so long at most is not looked at the clock. */
const lookMs = 60_000;
const retryMs = { first: 1_000, most: 300_000, refused: 600_000 };

/** Renews the certificate at half of its life, again and again until stopped; one that is over already, at once. */
export async function keepCertificate({ enrolled, renew, onRenewed, log, signal, now = Date.now, wait = sleep }: KeepCertificate): Promise<void> {
  let current = enrolled;
  let failures = 0;
  let notBeforeMs = 0;
  while (!signal.aborted) {
    const restMs = Math.max(renewAtMs(current.certificate), notBeforeMs) - now();
    if (restMs > 0) {
      await wait(Math.min(restMs, lookMs), signal);
      continue;
    }
    try {
      current = await renew(current);
      await onRenewed(current);
      failures = 0;
      // With clocks that differ by hours the new one can be past its half already.
      notBeforeMs = now() + lookMs;
      log.info('the certificate is renewed');
    } catch (error) {
      failures += 1;
      notBeforeMs = now() + retryAfterMs(error, failures);
      const { code, message } = toCloudError(error);
      if (code === 'forbidden' || code === 'notFound') log.error({ reason: message }, 'the certificate is not renewed any more');
      else log.warn({ err: error }, 'the certificate is not renewed; will be tried again');
    }
  }
}

/** Longer each time, and not all hosts at once. */
function retryAfterMs(error: unknown, failures: number): number {
  const { code } = toCloudError(error);
  const longMs = code === 'forbidden' || code === 'notFound' ? retryMs.refused : Math.min(retryMs.first * 2 ** (failures - 1), retryMs.most);
  return longMs * (0.5 + Math.random() / 2);
}

async function sleep(waitMs: number, signal: AbortSignal): Promise<void> {
  await delay(waitMs, undefined, { signal }).catch(() => {});
}
