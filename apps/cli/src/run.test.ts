import { spawnSync } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { run } from './run.ts';

async function cli(...args: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await run(args, { stdout, stderr, env: { NOVADOCK_HOME: '/nonexistent' }, cwd: '/nonexistent', userHome: '/nonexistent', signal: new AbortController().signal });
  stdout.end();
  stderr.end();
  return { code, stdout: await text(stdout), stderr: await text(stderr) };
}

test('help is no error, and lists the exit codes', async () => {
  const { code, stdout, stderr } = await cli('--help');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('Usage: novadock');
  expect(stdout).toMatch(/3 {2}not found/);
});

test.each([
  [['host'], 'Usage: novadock host'], [['host', 'lst'], "unknown command 'lst'"], [['instance', 'create', 'x'], '--image'], [['-o', 'xml', 'host', 'list'], 'Allowed choices are table, json, yaml'],
  [['instance', 'stop', 'x', '--wait', '0'], '1 to 600 seconds'], [['instance', 'create', 'x', '--image', 'i', '--flavor', 'f', '--metadata', 'x'], 'KEY=VALUE'], [['host', 'token', '--ttl', '5x'], 'such as 30m'], [['host', 'token', '--label', 'zone'], 'KEY=VALUE'], [['host', 'token', '--uses', '0'], '1 or more'], [['completion', 'tcsh'], 'Allowed choices are bash, zsh, fish'],
])('wrong usage is 2: %j', async (args, message) => expect(await cli(...args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) as unknown }));

test('without a cloud it says what to do', async () => expect(await cli('host', 'list')).toMatchObject({ code: 2, stderr: expect.stringContaining('npm start') as unknown }));

test('bash completes commands, options and their values', async () => {
  const script = (await cli('completion', 'bash')).stdout;
  const complete = (...words: string[]) => {
    const program = `${script}\nCOMP_WORDS=(novadock ${words.map((word) => `'${word}'`).join(' ')})\nCOMP_CWORD=${words.length}\n_novadock\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', program], { encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout.split('\n').filter((word) => word !== '');
  };
  expect(complete('inst')).toEqual(['instance']);
  expect(complete('instance', 're')).toEqual(['reboot']);
  expect(complete('host', '')).toEqual(expect.arrayContaining(['list', 'show', '--output']));
  expect(complete('instance', 'create', 'web', '--fl')).toEqual(['--flavor']);
  expect(complete('host', 'list', '-o', '')).toEqual(['table', 'json', 'yaml']);
  expect(complete('completion', 'f')).toEqual(['fish']);
});

test('the scripts of the other shells have each command', async () => {
  const fish = (await cli('completion', 'fish')).stdout.split('\n');
  expect(fish).toContain("complete -c novadock -s o -l output -xa 'table json yaml' -d 'how to print'");
  expect(fish.find((line) => line.endsWith("-a instance -d 'What you boot'"))).toMatch(/^complete -c novadock -f -n 'not __fish_seen_subcommand_from instance image host .*completion' /);
  expect(fish.find((line) => line.endsWith("-a list -d 'List hosts'"))).toMatch(/^complete -c novadock -f -n '__fish_seen_subcommand_from host; and not __fish_seen_subcommand_from .*list show .*forget.*' /);
  expect(fish).toContain("complete -c novadock -n '__fish_seen_subcommand_from instance; and __fish_seen_subcommand_from reboot' -l hard -d 'kill them instead'");
  const zsh = (await cli('completion', 'zsh')).stdout;
  expect(zsh).toMatch(/^autoload -U \+X compinit && compinit\nautoload -U \+X bashcompinit && bashcompinit\n_novadock\(\) \{/);
});
