import { expect, test } from 'vitest';
import { matchVersion } from './match-version.ts';

const debian = ['5:20.10.9-1~debian.12~bookworm', '5:20.10.24-1~debian.12~bookworm', '5:24.0.7-1~debian.12~bookworm', '20.100.1-1'];

test.each([
  [debian, '20.10', '5:20.10.24-1~debian.12~bookworm'],
  [debian, '20.1', undefined],
  [debian, '24.0.7', '5:24.0.7-1~debian.12~bookworm'],
  [debian, '5:20.10.9-1~debian.12~bookworm', '5:20.10.9-1~debian.12~bookworm'],
  [debian, '19.03', undefined],
  [debian, '', '5:24.0.7-1~debian.12~bookworm'],
  [['20.10.24+dfsg1-1+deb12u1', '20.10.24+dfsg1-1+deb12u1+b6'], '20.10.24', '20.10.24+dfsg1-1+deb12u1+b6'],
  [['3:26.1.3-1.el9', '3:26.1.3-1.el9~rc1'], '26.1', '3:26.1.3-1.el9'],
])('of %j, %j is %s', (versions, wanted, expected) => {
  expect(matchVersion(versions, wanted)).toBe(expected);
});
