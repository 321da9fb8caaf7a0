import { expect, test } from 'vitest';
import { readExactPackages, sayExactPackages } from './exact-packages.ts';

const io = { name: 'docker.io', version: '26.1.5+dfsg1-9' };
const ce = { name: 'docker-ce', version: '5:26.1.4-1~debian.12~bookworm' };

test.each([
  ['a change', `docker.io 20.10.24+dfsg1-1 is not 26; to do: put ${sayExactPackages([io])} in the place of docker.io 20.10.24+dfsg1-1 with apt-get, hold docker.io`, [io]],
  ['an installation with others', `missing: dockerd, nft; to do: install ${sayExactPackages([ce, { ...ce, name: 'docker-ce-cli' }], ['containerd.io', 'nftables'])} with apt-get from https://mirror.example`, [ce, { ...ce, name: 'docker-ce-cli' }]],
  ['a version of the RPM family', `install ${sayExactPackages([{ name: 'docker-ce', version: '3:26.1.4-1.el9' }])} with dnf`, [{ name: 'docker-ce', version: '3:26.1.4-1.el9' }]],
  ['what was not asked for', 'missing: dockerd; to do: install docker.io 26 with apt-get from the distribution', []],
] as const)('packages are read where they are said: %s', (_, detail, packages) => {
  expect(readExactPackages(detail)).toEqual(packages);
});
