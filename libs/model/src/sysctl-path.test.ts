import { expect, test } from 'vitest';
import { sysctlPath } from './sysctl-path.ts';

test.each([
  ['net.ipv4.ip_forward', 'net/ipv4/ip_forward'],
  ['net/ipv4/conf/eth0.1/rp_filter', 'net/ipv4/conf/eth0.1/rp_filter'],
  ['net.ipv4.conf.eth0/1.rp_filter', 'net/ipv4/conf/eth0.1/rp_filter'],
])('%s is /proc/sys/%s', (key, path) => expect(sysctlPath(key)).toBe(path));
