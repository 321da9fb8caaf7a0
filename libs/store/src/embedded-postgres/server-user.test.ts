import { chownSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serverUser } from './server-user.ts';

const nobody = 'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin';
const postgres = 'postgres:x:101:104:PostgreSQL:/var/lib/postgresql:/bin/bash';
let existing: string;
beforeAll(() => {
  existing = mkdtempSync(join(tmpdir(), 'novadock-user-'));
});
afterAll(() => rmSync(existing, { recursive: true }));

test.for([
  ['postgres where it exists', [nobody, postgres], { name: 'postgres', uid: 101, gid: 104 }],
  ['nobody where it does not', ['root:x:0:0::/root:/bin/sh', nobody], { name: 'nobody', uid: 65534, gid: 65534 }],
] as const)('root hands over to %s', ([, lines, user]) => {
  expect(serverUser({ dataDir: '/does/not/exist', uid: 0, passwd: lines.join('\n') })).toEqual(user);
});

test('anyone else runs the server as himself', () => {
  expect(serverUser({ dataDir: '/does/not/exist', uid: 1000, passwd: postgres })).toBeUndefined();
});

test('root without anybody to hand over to is told what to do', () => {
  expect(() => serverUser({ dataDir: '/does/not/exist', uid: 0, passwd: '' })).toThrow('useradd');
});

test('data that exists stays with its owner, but not with root', () => {
  if (process.getuid?.() === 0) {
    expect(() => serverUser({ dataDir: existing, uid: 0, passwd: postgres })).toThrow(`chown -R postgres: ${existing}`);
    chownSync(existing, 65534, 65534);
  }
  const owner = `owner:x:${statSync(existing).uid}:7::/:/bin/sh`;
  expect(serverUser({ dataDir: existing, uid: 0, passwd: [postgres, owner].join('\n') })).toMatchObject({ name: 'owner', gid: 7 });
  expect(() => serverUser({ dataDir: existing, uid: 0, passwd: postgres })).toThrow(`the owner of ${existing}`);
});
