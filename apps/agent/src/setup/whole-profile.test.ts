import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultHostProfile } from '@novadock/model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readAppliedProfile } from './applied-profile.ts';
import { openRunFolder } from './open-run-folder.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'nda-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** As an agent wrote it that knew neither its own version, nor kernel settings, nor images. */
const { agentVersion: _version, sysctl: _sysctl, images: _images, ...known } = defaultHostProfile;
const kept = { ...known, name: 'web', revision: 2, dockerGroup: ['nova'] };
const whole = { ...defaultHostProfile, name: 'web', revision: 2, dockerGroup: ['nova'] };

test('the profile that an earlier agent applied is whole', async () => {
  writeFileSync(join(folder, 'applied.json'), JSON.stringify({ state: 'applied', profile: kept, controllerUrl: 'https://c:8774' }));
  expect(await readAppliedProfile(folder)).toEqual({ state: 'applied', profile: whole, controllerUrl: 'https://c:8774' });
});

test('so is that of a run which an earlier agent accepted; an undo has none', async () => {
  const store = (runId: string, request: object) => {
    mkdirSync(join(folder, runId));
    writeFileSync(join(folder, runId, 'request.json'), JSON.stringify({ number: runId === 'a' ? 1 : 2, request: { runId, ...request } }));
  };
  store('a', { kind: 'apply', profile: kept });
  store('b', { kind: 'undo' });
  const runs = await (await openRunFolder(folder)).list();
  expect(runs.map(({ request }) => request.profile)).toEqual([whole, undefined]);
});
