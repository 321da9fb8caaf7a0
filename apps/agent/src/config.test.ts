import { describe, expect, test } from 'vitest';
import { readConfig } from './config.ts';

const pin = `sha256//${'a'.repeat(43)}=`;

test('from the command line and the environment, arguments first', () => {
  expect(readConfig(['serve', '--join', 'http://10.0.0.1:8774', '--token', 'a.b.c', '--pin', pin, '--name', 'n1', '--address', '10.0.0.2:9774', '--home', '/h'], { NOVADOCK_HOME: '/other', NOVADOCK_AGENT_PORT: '9000', NOVADOCK_JOIN_TOKEN_FILE: '/t', NOVADOCK_JOIN_PIN: 'other', NOVADOCK_UNIT: 'a.service' })).toEqual({
    command: 'serve', home: '/h', port: 9000, join: { url: 'http://10.0.0.1:8774', token: 'a.b.c', tokenFile: '/t', pin }, name: 'n1', address: '10.0.0.2:9774', unit: 'a.service',
  });
});

test('with nothing said it serves from the folder in the home of its user', () => {
  expect(readConfig([], {})).toMatchObject({ command: 'serve', home: expect.stringMatching(/\/\.novadock$/), port: undefined, join: undefined });
  expect(readConfig(['set-up'], { NOVADOCK_HOME: '/h' })).toMatchObject({ command: 'set-up', home: '/h' });
});

describe('what cannot be meant is refused with the reason', () => {
  test.each([
    [['dance'], {}, /no command "dance".*usage/s],
    [['serve', '--fast'], {}, /--fast.*usage/s],
    [['--token', 't'], {}, /--token goes with --join/],
    [['--join', 'https://10.0.0.1', '--pin', 'sha256//short'], {}, /pin.*44 characters/],
    [['--join', 'https://10.0.0.1'], { NOVADOCK_JOIN_PIN: 'x' }, /pin/],
    [['--join', '10.0.0.1:8774', '--token', 't'], {}, /no URL, such as/],
    [['--address', '10.0.0.1'], {}, /not HOST:PORT/],
    [['--address', '10.0.0.1:http'], {}, /no port/],
    [[], { NOVADOCK_AGENT_PORT: '99999' }, /NOVADOCK_AGENT_PORT/],
  ] as const)('%j', (args, env, message) => {
    expect(() => readConfig([...args], env)).toThrow(expect.objectContaining({ code: 'invalid', message: expect.stringMatching(message) }));
  });
});
