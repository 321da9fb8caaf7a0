import { CloudError } from '@novadock/model';
import { createAuthority, createCertificateRequest, renewAtMs, signHostCertificate, type Authority } from '@novadock/rpc';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Enrolled } from './agent-folder.ts';
import { keepCertificate } from './keep-certificate.ts';

const hourMs = 3_600_000;
let authority: Authority;
let enrolled: Enrolled;
/** Of the test: it goes on while the host waits. */
let nowMs: number;
let stop: AbortController;
let logged: string[];

beforeAll(async () => {
  authority = await createAuthority();
});
beforeEach(async () => {
  const { key, request } = await createCertificateRequest('h');
  enrolled = { hostId: 'h', cloudId: 'c', name: 'n', address: 'a:1', url: 'http://u', authority: authority.certificate, key, certificate: await signHostCertificate(authority, request, 'h') };
  nowMs = Date.now();
  stop = new AbortController();
  logged = [];
});

const log = { info: () => logged.push('info'), warn: () => logged.push('warn'), error: () => logged.push('error') };

/** Runs until `renew` stops it, or has been asked `times` times; returns when it was asked, in ms from the start. */
async function keep(times: number, renew: (asked: number) => Promise<Enrolled>) {
  const startMs = nowMs;
  const askedMs: number[] = [];
  const taken: Enrolled[] = [];
  await keepCertificate({
    enrolled, log, signal: stop.signal, now: () => nowMs,
    wait: async (waitMs) => void (nowMs += waitMs),
    renew: () => {
      askedMs.push(nowMs - startMs);
      if (askedMs.length === times) stop.abort();
      return renew(askedMs.length);
    },
    onRenewed: async (renewed) => void taken.push(renewed),
  });
  return { askedMs, taken };
}

test('it is renewed at half of its life, taken into use, and then it is quiet until half of the next', async () => {
  const { askedMs, taken } = await keep(1, async () => ({ ...enrolled, certificate: 'new' }));
  expect(Math.abs((askedMs[0] ?? 0) - 12 * hourMs)).toBeLessThan(hourMs / 4);
  expect(nowMs).toBeGreaterThanOrEqual(renewAtMs(enrolled.certificate));
  expect(taken).toEqual([{ ...enrolled, certificate: 'new' }]);
  expect(logged).toEqual(['info']);
});

test('one that is over already is renewed at once', async () => {
  nowMs += 8 * 24 * hourMs;
  expect((await keep(1, async () => enrolled)).askedMs).toEqual([0]);
});

test('a failure is tried again, ever more slowly, and all within the other half of its life', async () => {
  const { askedMs } = await keep(60, () => Promise.reject(new CloudError('unavailable', 'no')));
  const gaps = askedMs.slice(1).map((at, index) => at - (askedMs[index] ?? 0));
  expect(gaps[0]).toBeLessThanOrEqual(1_000);
  expect(gaps[0]).toBeGreaterThanOrEqual(500);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(300_000);
  expect(Math.min(...gaps.slice(-10))).toBeGreaterThanOrEqual(150_000);
  expect(new Set(logged)).toEqual(new Set(['warn']));
});

test.each(['forbidden', 'notFound'] as const)('who is refused (%s) is told so as a fault, and asks on seldom', async (code) => {
  const { askedMs } = await keep(3, () => Promise.reject(new CloudError(code, 'revoked')));
  expect((askedMs[1] ?? 0) - (askedMs[0] ?? 0)).toBeGreaterThanOrEqual(300_000);
  expect(new Set(logged)).toEqual(new Set(['error']));
});

test('a clock that is far ahead does not make it ask without a pause', async () => {
  nowMs += 20 * hourMs;
  const { askedMs } = await keep(3, async () => enrolled);
  expect(askedMs.slice(1).map((at, index) => at - (askedMs[index] ?? 0))).toEqual([60_000, 60_000]);
});

test('a new certificate that cannot be kept is fetched again', async () => {
  let kept = 0;
  await keepCertificate({
    enrolled, log, signal: stop.signal, now: () => nowMs, wait: async (waitMs) => void (nowMs += waitMs), renew: async () => enrolled,
    onRenewed: async () => {
      if ((kept += 1) === 1) throw new Error('disk full');
      stop.abort();
    },
  });
  expect([kept, logged]).toEqual([2, ['warn', 'info']]);
});
