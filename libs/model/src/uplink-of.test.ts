import { expect, test } from 'vitest';
import { uplinkOf } from './uplink-of.ts';

const head = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n';
const route = (link: string, destination: string, metric: number, mask: string) => `${link}\t${destination}\t0100A8C0\t0003\t0\t0\t${metric}\t${mask}\t0\t0\t0\n`;

test.each([
  ['none', head, undefined],
  ['nothing that can be read', '', undefined],
  ['a network beside it and no default', head + route('eth1', '0000000A', 0, '000000FF'), undefined],
  ['half of all addresses', head + route('tun0', '00000000', 0, '00000080'), undefined],
  ['two of them', head + route('wlan0', '00000000', 600, '00000000') + route('eth0', '00000000', 100, '00000000'), 'eth0'],
])('with %s', (_name, table, link) => expect(uplinkOf(table)).toBe(link));
