import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../deps.ts';
import { dashboard } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'novadock-dashboard-'));
const app = Fastify() as unknown as App;
beforeAll(async () => {
  for (const [name, content] of Object.entries({ 'index.html': '<p>page', 'index.html.gz': 'page as gzip', 'app-AB12.js': 'run()', 'app-AB12.js.br': 'run as brotli', 'app-AB12.js.gz': 'run as gzip', 'secret.txt': 'secret' })) writeFileSync(join(folder, name), content);
  await app.register(dashboard(folder));
});
afterAll(() => rmSync(folder, { recursive: true }));

const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers });

describe('the page', () => {
  test('lets nothing but its own files run, and stands in no frame', async () => {
    const { headers, body } = await get('/');
    expect([headers['content-type'], body]).toEqual(['text/html; charset=utf-8', '<p>page']);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';.*frame-ancestors 'none'/);
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  test('is sent once, and again when it has changed', async () => {
    const { headers } = await get('/');
    expect(headers['cache-control']).toBe('no-cache');
    expect((await get('/', { 'if-none-match': headers.etag as string })).statusCode).toBe(304);
    expect((await get('/', { 'if-none-match': '"another"' })).statusCode).toBe(200);
  });

  test('says what to do where it is not made', async () => {
    const bare = Fastify() as unknown as App;
    await bare.register(dashboard(join(folder, 'nowhere')));
    const { statusCode, body } = await bare.inject('/');
    expect([statusCode, body]).toEqual([503, expect.stringContaining('npm run dashboard') as unknown]);
  });
});

describe('its files', () => {
  test.each([
    ['br, gzip', 'br', 'run as brotli'],
    ['gzip, deflate', 'gzip', 'run as gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip', 'run as gzip'],
    ['identity', undefined, 'run()'],
  ])('are sent as small as the client takes them (%s), for good', async (accept, coding, body) => {
    const reply = await get('/dashboard/app-AB12.js', { 'accept-encoding': accept });
    expect([reply.headers['content-encoding'], reply.body, reply.headers['cache-control'], reply.headers['x-content-type-options']]).toEqual([coding, body, 'public, max-age=31536000, immutable', 'nosniff']);
  });

  test.each(['secret.txt', 'app-CD34.js', '..%2Fsecret.txt', '%2e%2e%2f%2e%2e%2fetc%2fpasswd', 'index.html', 'app-AB12.js.br'])('are those alone: %s is not', async (name) => {
    expect((await get(`/dashboard/${name}`)).statusCode).toBe(404);
  });
});
