import { CloudError } from '@novadock/model';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createV1Cloud, type V1Cloud } from './v1-cloud.ts';

let v1: V1Cloud;
beforeAll(async () => {
  v1 = await createV1Cloud();
});
afterAll(() => v1.close());
beforeEach(() => v1.behave(() => ({})));

type Body = Record<string, unknown> & { instances: { id: string; name: string; status: string }[] };
const body = (name: string, extra: object = {}) => ({ name, image: v1.image.id, flavor: 'm1.tiny', ...extra });
const call = async (method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object, token = v1.demo) => {
  const reply = await v1.app.inject({ method, url: `/v1${url}`, headers: { 'x-auth-token': token }, ...(payload === undefined ? {} : { payload }) });
  return { status: reply.statusCode, headers: reply.headers, body: (reply.body === '' ? undefined : reply.json()) as Body };
};

test('a boot is answered at once with 202', async () => {
  v1.behave(() => undefined);
  const reply = await call('POST', '/instances', body('web', { metadata: { A: 'b' }, command: ['sh', '-c', 'sleep 1'], tags: ['t'] }));
  expect(reply.status).toBe(202);
  expect(reply.body.instances).toEqual([expect.objectContaining({
    name: 'web', status: 'build', task: 'spawning', host: 'c1', imageId: v1.image.id, exitCode: null, fault: null, launchedAt: null, tags: ['t'],
    flavor: expect.objectContaining({ name: 'm1.tiny', memoryMb: 512 }) as unknown, metadata: { A: 'b', os_command_line: "sh -c 'sleep 1'" },
  })]);
  const shown = await call('GET', '/instances/web');
  expect(shown).toMatchObject({ status: 200, body: { id: reply.body.instances[0]?.id, addresses: [{ network: 'private_network', address: '192.168.1.3', ipVersion: 4 }] } });
});

test('with wait=active it is answered when it runs', async () => {
  expect(await call('POST', '/instances?wait=active&timeout=20', body('waited'))).toMatchObject({ status: 201, body: { instances: [{ name: 'waited', status: 'active', task: null }] } });
});

test('when the time is over first it is 202', async () => {
  v1.behave(() => undefined);
  expect(await call('POST', '/instances?wait=active&timeout=1', body('slow'))).toMatchObject({ status: 202, body: { instances: [{ status: 'build' }] } });
});

test('a boot that fails is a problem with the reason', async () => {
  v1.behave(() => ({ power: 'absent', error: { code: 'invalid', message: 'exec: "nope": not found', step: 'start-container' } }));
  expect(await call('POST', '/instances?wait=active', body('broken'))).toMatchObject({ status: 409, body: { code: 'instanceActionFailed', detail: expect.stringContaining('exec: "nope": not found') as unknown } });
  expect((await call('GET', '/instances/broken')).body).toMatchObject({ status: 'error', fault: { message: 'exec: "nope": not found' } });
});

test('one that exits by itself was active when it exited with 0, else it is a problem with the code', async () => {
  v1.behave(() => ({ power: 'stopped', exitCode: 0 }));
  expect(await call('POST', '/instances?wait=active', body('job'))).toMatchObject({ status: 201, body: { instances: [{ status: 'shutoff', exitCode: 0 }] } });
  v1.behave(() => ({ power: 'stopped', exitCode: 137, oomKilled: true }));
  expect(await call('POST', '/instances?wait=active', body('crash'))).toMatchObject({ status: 409, body: { code: 'instanceStatus', detail: expect.stringContaining('it exited with 137, out of memory') as unknown } });
});

test('several at once, waited for together', async () => {
  const reply = await call('POST', '/instances?wait=active', body('many', { count: 3 }));
  expect(reply.status).toBe(201);
  expect(reply.body.instances.map(({ name, status }) => [name, status])).toEqual([['many-1', 'active'], ['many-2', 'active'], ['many-3', 'active']]);
});

test('the actions, each waited for', async () => {
  await call('POST', '/instances?wait=active', body('acted'));
  for (const [verb, status] of [['stop', 'shutoff'], ['start', 'active'], ['reboot', 'active'], ['pause', 'paused'], ['unpause', 'active'], ['reboot-hard', 'active']]) {
    expect([verb, await call('POST', `/instances/acted/${verb}?wait=${status}`)]).toMatchObject([verb, { status: 200, body: { status, task: null } }]);
  }
  v1.behave(() => undefined);
  expect(await call('POST', '/instances/acted/stop')).toMatchObject({ status: 202, body: { status: 'active', task: 'powering-off' } });
  expect(await call('POST', '/instances/acted/stop')).toMatchObject({ status: 409, body: { code: 'busy' } });
  expect(await call('POST', '/instances/acted/start?wait=shutoff')).toMatchObject({ status: 400, body: { code: 'invalid' } });
});

test('a reboot is waited for until it is done, although the instance was active before', async () => {
  await call('POST', '/instances?wait=active', body('rebooted'));
  v1.behave(() => undefined);
  expect(await call('POST', '/instances/rebooted/reboot?wait=active&timeout=1')).toMatchObject({ status: 202, body: { status: 'reboot' } });
});

test('an action that fails is a problem, and the instance goes on', async () => {
  await call('POST', '/instances?wait=active', body('stubborn'));
  v1.behave(() => ({ power: 'running', error: { code: 'internal', message: 'the engine says no', step: 'stop-container' } }));
  expect(await call('POST', '/instances/stubborn/stop?wait=shutoff')).toMatchObject({ status: 409, body: { code: 'instanceActionFailed', detail: expect.stringContaining('stop failed: the engine says no') as unknown } });
  expect((await call('GET', '/instances/stubborn')).body).toMatchObject({ status: 'active', fault: { message: 'the engine says no' } });
});

test('a deletion is accepted, or waited for', async () => {
  await call('POST', '/instances?wait=active', body('gone'));
  await call('POST', '/instances?wait=active', body('stuck'));
  v1.behave(() => undefined);
  expect(await call('DELETE', '/instances/stuck')).toMatchObject({ status: 202, body: undefined });
  // A second time changes nothing; what is waited for is the first.
  expect(await call('DELETE', '/instances/stuck?wait=deleted&timeout=1')).toMatchObject({ status: 202, body: undefined });
  const waiting = call('DELETE', '/instances/gone?wait=deleted');
  await expect.poll(async () => (await call('GET', '/instances/gone')).body).toMatchObject({ status: 'active', task: 'deleting' });
  v1.behave(() => ({}));
  await v1.report();
  expect(await waiting).toMatchObject({ status: 204, body: undefined });
  expect(await call('GET', '/instances/gone')).toMatchObject({ status: 404, body: { code: 'instanceNotFound' } });
});

test('an instance that no host can take fails at once, and is deleted at once', async () => {
  await v1.store.prisma.host.updateMany({ data: { enabled: false } });
  const reply = await call('POST', '/instances?wait=active', body('homeless'));
  await v1.store.prisma.host.updateMany({ data: { enabled: true } });
  expect(reply).toMatchObject({ status: 409, body: { detail: expect.stringContaining('No valid host was found. c1: disabled') as unknown } });
  expect(await call('DELETE', '/instances/homeless?wait=deleted')).toMatchObject({ status: 204 });
});

test('a name has to be the only one', async () => {
  await call('POST', '/instances', body('twin'));
  const second = await call('POST', '/instances', body('twin'));
  expect(await call('GET', '/instances/twin')).toMatchObject({ status: 409, body: { code: 'instanceAmbiguous' } });
  expect(await call('GET', `/instances/${second.body.instances[0]?.id}`)).toMatchObject({ status: 200 });
  await call('POST', '/instances', body('a.b (c) [d]+'));
  expect(await call('GET', `/instances/${encodeURIComponent('a.b (c) [d]+')}`)).toMatchObject({ status: 200 });
  expect(await call('GET', '/instances/a-b')).toMatchObject({ status: 404 });
});

test('a list has a link to its next page', async () => {
  const names = [];
  for (let url = '/instances?limit=5'; url !== ''; ) {
    const { status, body: page } = await call('GET', url);
    expect(status).toBe(200);
    names.push(...page.instances.map(({ name }) => name));
    url = typeof page.next === 'string' ? page.next.replace(/^\/v1/, '') : '';
  }
  const all = (await call('GET', '/instances?limit=1000')).body.instances.map(({ name }) => name);
  expect(names).toEqual(all);
  expect(all.length).toBeGreaterThan(5);
  const failed = (await call('GET', '/instances?status=error')).body.instances;
  expect(failed.map(({ name }) => name)).toContain('broken');
  expect(new Set(failed.map(({ status }) => status))).toEqual(new Set(['error']));
  expect(await call('GET', '/instances?limit=0')).toMatchObject({ status: 400 });
});

test('what cannot be is refused, unknown fields too', async () => {
  const refusals: [object, number, string][] = [
    [{ name: 'x' }, 400, 'invalid'],
    [body('x', { flavour: 'm1.tiny' }), 400, 'invalid'],
    [body('x', { flavor: 'm1.gigantic' }), 404, 'flavorNotFound'],
    [body('x', { count: '2' }), 400, 'invalid'],
    [body('x', { host: 'c1' }), 403, 'adminOnly'],
    [body('x', { command: "sh -c 'open" }), 400, 'invalid'],
    [body('x', { image: '11111111-1111-4111-8111-111111111111' }), 404, 'imageMissing'],
  ];
  for (const [payload, status, code] of refusals) {
    const reply = await call('POST', '/instances', payload);
    expect([payload, reply]).toMatchObject([payload, { status, body: { status, code, type: 'about:blank', title: expect.any(String) as unknown, detail: expect.any(String) as unknown, instance: expect.stringMatching(/^req-/) as unknown } }]);
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
  }
});

test('of others nothing is seen', async () => {
  const { body: created } = await call('POST', '/instances', body('secret'), v1.admin);
  const id = created.instances[0]?.id;
  expect(await call('GET', `/instances/${id}`)).toMatchObject({ status: 404 });
  expect(await call('POST', `/instances/${id}/stop`)).toMatchObject({ status: 404 });
  expect(await call('GET', '/instances?allProjects=true')).toMatchObject({ status: 403 });
  const all = await call('GET', '/instances?allProjects=true&limit=1000', undefined, v1.admin);
  expect(all.body.instances.map(({ name }) => name)).toEqual(expect.arrayContaining(['secret', 'web']));
});

test('the log is text', async () => {
  await call('POST', '/instances?wait=active', body('logged'));
  const reply = await v1.app.inject({ url: '/v1/instances/logged/logs?tail=10&since=2026-01-01T00:00:00Z', headers: { 'x-auth-token': v1.demo } });
  expect(reply).toMatchObject({ statusCode: 200, body: 'hello\nwörld\n' });
  expect(reply.headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(v1.logRequests.at(-1)).toMatchObject({ tail: 10, follow: false, sinceMs: Date.parse('2026-01-01T00:00:00Z') });
});

test('a log that cannot be had is a problem', async () => {
  await call('POST', '/instances?wait=active', body('unheard'));
  v1.breakLogs(new CloudError('unavailable', 'The agent of c1 does not answer.'));
  expect(await call('GET', '/instances/unheard/logs')).toMatchObject({ status: 503, headers: { 'retry-after': '1', 'content-type': expect.stringMatching(/^application\/problem\+json/) as unknown }, body: { code: 'unavailable', detail: 'The agent of c1 does not answer.' } });
  v1.breakLogs(undefined);
});

test('what it uses', async () => {
  await call('POST', '/instances?wait=active', body('measured'));
  expect(await call('GET', '/instances/measured/stats')).toMatchObject({ status: 200, body: { cpuPercent: 2.5, memoryLimitBytes: 4 } });
});
