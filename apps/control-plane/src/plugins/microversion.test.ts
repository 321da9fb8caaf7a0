import { expect, test } from 'vitest';
import { newestMicroversion, toVersion } from './microversion.ts';

test.each([
  [{}, 1],
  [{ 'openstack-api-version': 'compute 2.60' }, 60],
  [{ 'x-openstack-nova-api-version': '2.60' }, 60],
  [{ 'openstack-api-version': 'compute 2.37', 'x-openstack-nova-api-version': '2.60' }, 37],
  [{ 'openstack-api-version': 'identity 3.14, compute 2.9' }, 9],
  [{ 'openstack-api-version': 'image 2.5' }, 1],
  [{ 'openstack-api-version': 'compute latest' }, newestMicroversion],
  [{ 'openstack-api-version': 'compute 2.999' }, 999],
])('%j asks for 2.%i', (headers, minor) => {
  expect(toVersion(headers)).toEqual({ major: 2, minor });
});

test.each(['abc', '2', '2.01', '2.1.1'])('%s is malformed', (version) => {
  expect(() => toVersion({ 'openstack-api-version': `compute ${version}` })).toThrow(`API Version String ${version} is of invalid format. Must be of format MajorNum.MinorNum.`);
});
