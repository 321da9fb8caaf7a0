import { describe, expect, test } from 'vitest';
import type { InstanceStatus } from './instance.ts';
import { statusChange, type StatusRow } from './status-change.ts';

const now = new Date('2026-01-01T00:00:00Z');
const booting: StatusRow = {
  power: 'running', generation: 1, observedGeneration: 0, observedPower: null, observedRestarts: 0, containerId: null, exitCode: null,
  oomKilled: false, startedAt: null, finishedAt: null, launchedAt: null, failed: false,
};
const active: StatusRow = { ...booting, observedGeneration: 1, observedPower: 'running', containerId: 'c', startedAt: new Date(1000), launchedAt: now };
const status = (seen: Partial<InstanceStatus>): InstanceStatus => ({
  id: 'i', generation: 0, power: 'running', containerId: 'c', exitCode: 0, oomKilled: false, startedAtMs: 1000, finishedAtMs: 0, error: undefined, step: '', restarts: 0, lostToRestart: false, ...seen,
});

describe('statusChange', () => {
  test('a host that does not know a new instance yet says nothing', () => {
    expect(statusChange(booting, status({ power: 'absent', containerId: '', startedAtMs: 0 }), now)).toBeUndefined();
  });

  test('a boot that reached its generation is launched, and its action succeeds', () => {
    expect(statusChange(booting, status({ generation: 1 }), now)).toMatchObject({ columns: { observedGeneration: 1, observedPower: 'running', launchedAt: now, failed: false }, finished: { result: 'Success' }, event: 'running' });
  });

  test('a container that is made but not started is no launch', () => {
    expect(statusChange(booting, status({ power: 'stopped', startedAtMs: 0 }), now)?.columns.launchedAt).toBeNull();
  });

  test('a guest that ended before anybody saw it run was launched, and is stopped with its exit code', () => {
    expect(statusChange(booting, status({ generation: 1, power: 'stopped', exitCode: 3, finishedAtMs: 2000 }), now)).toMatchObject({ columns: { observedPower: 'stopped', exitCode: 3, launchedAt: now, failed: false } });
  });

  test('a boot that cannot be done fails with the reason', () => {
    const error = { code: 'invalid', message: 'no such command', step: 'start-container' };
    expect(statusChange(booting, status({ generation: 1, power: 'absent', startedAtMs: 0, error }), now)).toMatchObject({ columns: { failed: true, observedGeneration: 1 }, finished: { result: 'Error', message: 'no such command' }, event: 'failed' });
  });

  test('an action that fails leaves the instance as it is', () => {
    const pausing = { ...active, power: 'paused', generation: 2 };
    const error = { code: 'internal', message: 'no', step: 'pause-container' };
    expect(statusChange(pausing, status({ generation: 2, error }), now)).toMatchObject({ columns: { failed: false, observedPower: 'running', observedGeneration: 2 }, finished: { result: 'Error' } });
  });

  test('what is known already changes nothing', () => {
    expect(statusChange(active, status({ generation: 1 }), now)).toBeUndefined();
    expect(statusChange(active, status({ generation: 0 }), now)).toBeUndefined();
  });

  test('an agent that restarted and counts from 0 does not take a reached generation back', () => {
    expect(statusChange({ ...active, generation: 5, observedGeneration: 5 }, status({ generation: 0 }), now)).toBeUndefined();
  });

  test('a guest that exits by itself is stopped, with exit code and OOM flag, and is not started again', () => {
    const change = statusChange(active, status({ power: 'stopped', exitCode: 137, oomKilled: true, finishedAtMs: 5000 }), now);
    expect(change).toMatchObject({ columns: { observedPower: 'stopped', exitCode: 137, oomKilled: true, failed: false }, event: 'stopped' });
    expect(change?.startAgain).toBeUndefined();
  });

  test('what a restart of the host stopped is started again when it should run', () => {
    const seen = status({ power: 'stopped', lostToRestart: true });
    expect(statusChange(active, seen, now)?.startAgain).toBe(true);
    expect(statusChange({ ...active, power: 'stopped', observedPower: 'stopped' }, seen, now)?.startAgain).toBeUndefined();
  });

  test('a container that somebody removed is an error, not a delete', () => {
    expect(statusChange(active, status({ power: 'absent', containerId: '', startedAtMs: 0 }), now)).toMatchObject({ columns: { failed: true }, event: 'lost' });
  });

  test('a delete ends when the host says that nothing is left', () => {
    const deleting = { ...active, power: 'absent', generation: 2 };
    expect(statusChange(deleting, status({ power: 'running' }), now)).toBeUndefined();
    expect(statusChange(deleting, status({ generation: 2, power: 'absent', containerId: '', startedAtMs: 0 }), now)).toMatchObject({ deleted: true, finished: { result: 'Success' } });
  });

  test('a delete of an instance that never ran ends too', () => {
    expect(statusChange({ ...booting, power: 'absent', generation: 2 }, status({ generation: 2, power: 'absent', containerId: '', startedAtMs: 0 }), now)).toMatchObject({ deleted: true });
  });
});
