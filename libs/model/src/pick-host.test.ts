import { expect, test } from 'vitest';
import { pickHost, type HostCandidate, type Placement } from './pick-host.ts';

const host = (name: string, change: Partial<HostCandidate> = {}): HostCandidate => ({
  id: name, name, enabled: true, up: true, engineReady: true, engineReason: '', isReturning: false, architecture: 'amd64', availabilityZone: 'nova',
  vcpus: 2, memoryMb: 1024, diskGb: 10, usedVcpus: 0, usedMemoryMb: 0, usedDiskGb: 0, ...change,
});
const wanted: Placement = { vcpus: 1, memoryMb: 512, diskGb: 1, architecture: 'amd64', availabilityZone: null };

test('takes the host with the most free memory', () => {
  expect(pickHost([host('a', { usedMemoryMb: 512 }), host('b'), host('c', { usedMemoryMb: 256 })], wanted)).toMatchObject({ host: { name: 'b' } });
});

test.each<[string, Partial<HostCandidate>, Partial<Placement>]>([
  ['disabled', { enabled: false }, {}],
  ['its agent does not answer', { up: false }, {}],
  ['it has come back just now, and a rollout looks at it first: try again in a moment', { isReturning: true }, {}],
  ['its engine is not ready: no runtime', { engineReady: false, engineReason: 'no runtime' }, {}],
  ['its CPU is arm64, the image is for amd64', { architecture: 'arm64' }, {}],
  ['in availability zone nova, not az2', {}, { availabilityZone: 'az2' }],
  ['not the host that was asked for (z)', {}, { hostName: 'z' }],
  ['too small: it has 2 vcpus, 3 needed', {}, { vcpus: 3 }],
  ['too small: it has 1024 MB of memory, 2048 MB needed', {}, { memoryMb: 2048 }],
  ['not enough vcpus: 1 free, 2 needed', { usedVcpus: 31 }, { vcpus: 2 }],
  ['not enough memory: 511 MB free, 512 MB needed', { usedMemoryMb: 1025 }, {}],
  ['not enough disk: 0 GB free, 1 GB needed', { usedDiskGb: 10 }, {}],
])('refuses a host and says why: %s', (why, change, placement) => {
  expect(pickHost([host('a', change)], { ...wanted, ...placement })).toEqual({ refusals: [{ host: 'a', why }] });
});
