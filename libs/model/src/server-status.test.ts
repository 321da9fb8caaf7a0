import { expect, test } from 'vitest';
import { serverStatus, type StatusColumns } from './server-status.ts';

const at = new Date();
const active: StatusColumns = { power: 'running', generation: 1, observedGeneration: 1, observedPower: 'running', task: null, hostId: 'h', launchedAt: at, failed: false, deletedAt: null };

test.each<[string, Partial<StatusColumns>, [string, string, string | null, number]]>([
  ['just accepted', { observedGeneration: 0, observedPower: null, launchedAt: null }, ['BUILD', 'building', 'spawning', 0]],
  ['its container is made', { observedGeneration: 0, observedPower: 'stopped', launchedAt: null }, ['BUILD', 'building', 'spawning', 0]],
  ['running', {}, ['ACTIVE', 'active', null, 1]],
  ['no host took it', { failed: true, launchedAt: null, observedPower: null, hostId: null }, ['ERROR', 'error', null, 0]],
  ['stopping', { power: 'stopped', generation: 2, task: 'powering-off' }, ['ACTIVE', 'active', 'powering-off', 1]],
  ['stopped', { observedPower: 'stopped' }, ['SHUTOFF', 'stopped', null, 4]],
  ['starting', { generation: 2, observedPower: 'stopped', task: 'powering-on' }, ['SHUTOFF', 'stopped', 'powering-on', 4]],
  ['paused', { observedPower: 'paused' }, ['PAUSED', 'paused', null, 3]],
  ['soft reboot', { generation: 2, task: 'rebooting' }, ['REBOOT', 'active', 'rebooting', 1]],
  ['hard reboot of a stopped one', { generation: 2, observedPower: 'stopped', task: 'rebooting_hard' }, ['HARD_REBOOT', 'stopped', 'rebooting_hard', 4]],
  ['being deleted', { power: 'absent', generation: 2, task: 'deleting' }, ['ACTIVE', 'active', 'deleting', 1]],
  ['deleted', { deletedAt: at, observedPower: 'absent' }, ['DELETED', 'deleted', null, 0]],
  ['failed boot, then stopped', { failed: false, launchedAt: null, observedPower: 'stopped', generation: 2, observedGeneration: 2 }, ['SHUTOFF', 'stopped', null, 0]],
])('%s', (_name, change, [status, vmState, taskState, powerState]) => {
  expect(serverStatus({ ...active, ...change })).toEqual({ status, vmState, taskState, powerState });
});
