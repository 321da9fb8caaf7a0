import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

// The script runs for real; systemctl is a stand-in.
const script = join(import.meta.dirname, '../../files/fall-back.sh');
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ndf-'));
  for (const folder of ['bin', 'update', 'programs', 'units/a.service.d']) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'bin/systemctl'), `#!/bin/sh\necho "$*" >>${root}/log\n`);
  chmodSync(join(root, 'bin/systemctl'), 0o755);
  symlinkSync('2', join(root, 'programs/current'));
  write('update/trial.ready', '1 2\n');
  write('units/a.service', 'of 2');
  write('units/.a.service.before', 'of 1');
  write('units/a.service.d/novadock-trial.conf', '');
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (path: string, text: string) => writeFileSync(join(root, path), text);
const current = () => readlinkSync(join(root, 'programs/current'));
const log = () => (existsSync(join(root, 'log')) ? readFileSync(join(root, 'log'), 'utf8').trim().split('\n') : []);

describe.each([[['dash']], [['bash']], [['busybox', 'ash']]])('in %j', (shell) => {
  const start = (file = script) => spawnSync(shell[0]!, [...shell.slice(1), file, join(root, 'update/trial'), join(root, 'programs'), join(root, 'units'), 'a.service'], { encoding: 'utf8', env: { PATH: `${root}/bin:${process.env.PATH}` } });

  test('the new version has one start; before the second one the old version and its unit are back', () => {
    expect(start()).toMatchObject({ status: 0, stderr: '' });
    expect([readdirSync(join(root, 'update')), current(), log()]).toEqual([['trial.started'], '2', []]);
    expect(start()).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('1 is put back') as unknown });
    expect([readdirSync(join(root, 'update')), current(), log()]).toEqual([['trial.failed'], '1', ['daemon-reload', '--no-block restart a.service']]);
    expect([readdirSync(join(root, 'units')), readFileSync(join(root, 'units/a.service'), 'utf8')]).toEqual([['a.service'], 'of 1']);
    expect(start().status).toBe(0);
    expect([current(), log().length]).toEqual(['1', 2]);
  });

  test('where the unit was the same, it stays; where there is no trial, all stays', () => {
    rmSync(join(root, 'units/.a.service.before'));
    write('units/a.service.d/own.conf', '');
    start();
    expect(start().status).toBe(0);
    expect([readFileSync(join(root, 'units/a.service'), 'utf8'), readdirSync(join(root, 'units/a.service.d')), current()]).toEqual(['of 2', ['own.conf'], '1']);
    rmSync(join(root, 'update/trial.failed'));
    expect(start().status).toBe(0);
    expect(log().length).toBe(2);
  });

  test('cut off after any of its lines and run again, it ends as if it had not been', () => {
    const lines = readFileSync(script, 'utf8').split('\n');
    const first = lines.findIndex((line) => line.startsWith('ln -sfn'));
    for (let at = first; at < lines.length; at += 1) {
      for (const name of readdirSync(join(root, 'update'))) rmSync(join(root, 'update', name));
      write('update/trial.started', '1 2\n');
      write('units/a.service', 'of 2');
      write('units/.a.service.before', 'of 1');
      rmSync(join(root, 'programs/current'));
      symlinkSync('2', join(root, 'programs/current'));
      write('cut.sh', lines.slice(0, at).join('\n'));
      start(join(root, 'cut.sh'));
      start();
      // Past its record the unit is the old agent's to put back (openTrial).
      expect([readdirSync(join(root, 'update')), current()]).toEqual([['trial.failed'], '1']);
    }
  });
});
