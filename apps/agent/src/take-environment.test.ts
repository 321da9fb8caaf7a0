import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { takeEnvironment } from './take-environment.ts';

const systemd = { NOTIFY_SOCKET: '/run/systemd/notify', LISTEN_FDS: '1', LISTEN_PID: '7', LISTEN_FDNAMES: 'a', WATCHDOG_USEC: '5', WATCHDOG_PID: '7', INVOCATION_ID: 'abc', JOURNAL_STREAM: '8:1', SYSTEMD_EXEC_PID: '7', STATE_DIRECTORY: '/var/lib/novadock' };
const novadock = { NOVADOCK_HOME: '/h', NOVADOCK_UNIT: 'novadock-agent.service', NOVADOCK_JOIN_TOKEN_FILE: '/t', NOVADOCK_ADMIN_PASSWORD: 'p' };
const others = { PATH: '/usr/bin:/bin', HOME: '/root', LANG: 'C.UTF-8', HTTPS_PROXY: 'http://proxy:3128', DOCKER_HOST: 'unix:///x' };

test('what systemd and Novadock told this process is known to it and goes to no child; all else does', () => {
  const env: NodeJS.ProcessEnv = { ...systemd, ...novadock, ...others };
  expect(takeEnvironment(env)).toEqual({ ...systemd, ...novadock, ...others });
  expect(env).toEqual(others);
});

test('of the environment of this process itself, so that whatever it starts, with no environment named, does not have it', () => {
  process.env.NOTIFY_SOCKET = '/run/systemd/notify';
  takeEnvironment(process.env);
  expect(execFileSync('env', { encoding: 'utf8' })).not.toMatch(/NOTIFY_SOCKET/);
});
