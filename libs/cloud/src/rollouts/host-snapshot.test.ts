import { defaultHostProfile, type EngineProfile, type HostProfile } from '@novadock/model';
import { expect, test } from 'vitest';
import { revertProfile } from './host-snapshot.ts';

const profile = (engine: Partial<EngineProfile> = {}, agentVersion = ''): HostProfile => ({ ...defaultHostProfile, name: 'fleet', revision: 1, engine: { ...defaultHostProfile.engine, ...engine }, agentVersion });
const snapshot = { name: 'fleet', revision: 1, engineVersion: '20.10.24', agentVersion: '0.1.0+aa' };
const repository = { url: 'https://mirror.test', key: 'k', codename: '', channel: 'stable' };

test.each([
  ['the version that was there, where the revision names none', {}, { version: '29.4' }, { version: '20.10.24' }],
  ['the same, where it says only how it begins', { version: '20.10' }, { version: '20.10.25' }, { version: '20.10.24' }],
  ['its own word, where that is no less exact', { version: '5:20.10.24-1~debian.12' }, { version: '29.4' }, { version: '5:20.10.24-1~debian.12' }],
  ['its own word, where the target names no version, so that none is held that was not', {}, {}, { version: '' }],
  ['its own word, where the target says the same', { version: '20.10' }, { version: '20.10' }, { version: '20.10' }],
  ['the vendor as well, where it kept what was there', { source: 'present' }, { source: 'docker-ce', version: '29.4', repository }, { source: 'docker-ce', version: '20.10.24', repository }],
  ['no source of the target where its own is the same', { source: 'docker-ce', repository }, { source: 'docker-ce', version: '29.4', repository: { ...repository, channel: 'test' } }, { version: '20.10.24', repository }],
] as const)('R7: a host returns to %s', (_, own, target, expected) => {
  const reverted = revertProfile(profile(own), profile(target), snapshot);
  expect(reverted).toMatchObject({ name: 'fleet', revision: 1, engine: expected });
});

test('R7: and to the agent that ran there, where the target named another one', () => {
  expect(revertProfile(profile(), profile({}, '0.2.0+bb'), snapshot).agentVersion).toBe('0.1.0+aa');
  expect(revertProfile(profile(), profile(), snapshot).agentVersion).toBe('');
  expect(revertProfile(profile({}, '0.0.9+cc'), profile({}, '0.2.0+bb'), snapshot).agentVersion).toBe('0.0.9+cc');
});

test('R7: where nobody knows what was there, the revision is all there is to go by', () => {
  expect(revertProfile(profile(), profile({ version: '29.4' }, '0.2.0+bb'), { ...snapshot, engineVersion: '', agentVersion: '' })).toEqual(profile());
});
