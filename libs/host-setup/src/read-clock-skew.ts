import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

/** How far this host's clock is ahead of the one of the controller, by the Date header of its reply; throws when it does not reply in time. */
export async function readClockSkew(options: { controllerUrl: string; timeoutMs: number }): Promise<number> {
  const url = new URL('/livez', options.controllerUrl);
  const before = Date.now();
  const date = await new Promise<string | undefined>((resolve, reject) => {
    // Nothing but the clock is believed, and so the certificate may be the cloud's own, which is checked elsewhere.
    const connection = { timeout: options.timeoutMs, signal: AbortSignal.timeout(options.timeoutMs), rejectUnauthorized: false, agent: false as const };
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, connection, (response) => {
      response.resume();
      resolve(response.headers.date);
    });
    request.on('error', reject).end();
  });
  const theirs = Date.parse(date ?? '');
  // The header has whole seconds, rounded down.
  return Number.isNaN(theirs) ? 0 : (before + Date.now()) / 2 - (theirs + 500);
}
