import { afterEach, expect, test } from 'vitest';
import type { FakeHost } from '../fake-host.ts';
import { createBareHost, systemd, type ProfileChange } from '../testing/bare-host.ts';
import { runSmokeTest } from './run-smoke-test.ts';

let host: FakeHost;
afterEach(() => host.remove());

test('an image that cannot be pulled fails the smoke test, with where to look', async () => {
  host = await createBareHost(systemd, { smokeTestPull: 'missing/x:1' });
  await host.startEngine();
  await expect(runSmokeTest.apply(host.ctx)).rejects.toThrow(/cannot pull missing\/x:1.*registry-mirrors/);
});

const mirrors = (...urls: string[]): ProfileChange => ({ engine: { settings: { 'registry-mirrors': urls } } });

test('with a registry mirror something is pulled through it, unless the profile names what', async () => {
  host = await createBareHost(systemd, mirrors('http://mirror:5000'));
  await host.startEngine();
  expect(await runSmokeTest.check(host.ctx)).toMatchObject({ ok: false, todo: expect.stringContaining('pull hello-world:latest') });
  await runSmokeTest.apply(host.ctx);
  expect(host.engine.calls).toContainEqual(expect.stringMatching(/^POST \/images\/create\?fromImage=hello-world/));
  expect(await runSmokeTest.check(host.ctx)).toMatchObject({ ok: true, detail: expect.stringContaining('hello-world:latest was pulled') });
  const other = { ...host.ctx, profile: { ...host.ctx.profile, ...mirrors('http://other:5000'), engine: { ...host.ctx.profile.engine, ...mirrors('http://other:5000').engine } } };
  expect(await runSmokeTest.check(other)).toMatchObject({ ok: false });
  expect(await runSmokeTest.undo(host.ctx)).toContain('removed the image hello-world:latest');
  const named = { ...host.ctx, profile: { ...host.ctx.profile, smokeTestPull: 'team/app:1' } };
  expect(await runSmokeTest.check(named)).toMatchObject({ ok: false, todo: expect.stringContaining('pull team/app:1') });
});

test('a mirror that cannot be pulled through is named, with what to do', async () => {
  host = await createBareHost(systemd, { ...mirrors('http://mirror:5000'), smokeTestPull: 'missing/x:1' });
  await host.startEngine();
  await expect(runSmokeTest.apply(host.ctx)).rejects.toThrow(/cannot pull missing\/x:1, by http:\/\/mirror:5000 or else.*insecure-registries.*smokeTestPull/);
});
