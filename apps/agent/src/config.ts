import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CloudError } from '@novadock/model';

export const usage = `usage: agent [serve]  [--join URL --token TOKEN [--pin PIN]] [--name NAME] [--address HOST:PORT] [--home FOLDER]
       agent enrol    the same, only until this host is enrolled
       agent set-up   makes this machine fit to be a host
       agent --version

TOKEN is a join token, or - to read it from the standard input; without --token it is read from the file NOVADOCK_JOIN_TOKEN_FILE.
PIN (or NOVADOCK_JOIN_PIN) is that of the control plane's key, sha256//…, as \`novadock host token\` prints it.`;

/** `token`: the token, - for the standard input, or undefined, then it is in `tokenFile`. */
export type Join = { url: string; token: string | undefined; tokenFile: string | undefined; pin: string | undefined };

export type Config = {
  command: 'serve' | 'enrol' | 'set-up' | 'help' | 'version';
  /** Novadock's folder on this host. */
  home: string;
  port: number | undefined;
  join: Join | undefined;
  name: string | undefined;
  address: string | undefined;
  /** The systemd unit that this process is; undefined where nothing was installed (`npm start`). */
  unit: string | undefined;
};

const options = { join: { type: 'string' }, token: { type: 'string' }, pin: { type: 'string' }, name: { type: 'string' }, address: { type: 'string' }, home: { type: 'string' }, help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } } as const;

/** From arguments and environment; throws `invalid` with what is wrong. */
export function readConfig(args: string[], env: NodeJS.ProcessEnv): Config {
  const { values, command } = parse(args);
  const { name, address } = values;
  return {
    command,
    home: resolve(values.home ?? env.NOVADOCK_HOME ?? join(homedir(), '.novadock')),
    port: env.NOVADOCK_AGENT_PORT === undefined ? undefined : toPort(env.NOVADOCK_AGENT_PORT, 'NOVADOCK_AGENT_PORT'),
    join: toJoin(values, env),
    name,
    address: address === undefined ? undefined : toAddress(address),
    unit: env.NOVADOCK_UNIT,
  };
}

function parse(args: string[]) {
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    if (values.help === true) return { values, command: 'help' } as const;
    if (values.version === true) return { values, command: 'version' } as const;
    const [command = 'serve', ...rest] = positionals;
    if ((command === 'serve' || command === 'enrol' || command === 'set-up') && rest.length === 0) return { values, command } as const;
    throw new Error(`There is no command "${positionals.join(' ')}".`);
  } catch (cause) {
    throw new CloudError('invalid', `${cause instanceof Error ? cause.message : String(cause)}\n${usage}`, { cause });
  }
}

function toJoin(values: { join?: string | undefined; token?: string | undefined; pin?: string | undefined }, env: NodeJS.ProcessEnv): Join | undefined {
  const { join: url, token, pin = env.NOVADOCK_JOIN_PIN } = values;
  if (url === undefined && token !== undefined) throw new CloudError('invalid', `--token goes with --join.\n${usage}`);
  if (pin !== undefined && !/^sha256\/\/[A-Za-z0-9+/]{43}=$/.test(pin)) throw new CloudError('invalid', `The pin ${pin} is none: it is sha256// and 44 characters of base64.`);
  return url === undefined ? undefined : { url: toUrl(url), token, tokenFile: env.NOVADOCK_JOIN_TOKEN_FILE, pin };
}

function toUrl(text: string): string {
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? '')) throw new CloudError('invalid', `--join ${text}: that is no URL, such as https://10.0.0.1:8774.`);
  return text;
}

function toAddress(text: string): string {
  const { host, port } = splitAddress(text);
  if (host === '') throw new CloudError('invalid', `--address ${text}: that is not HOST:PORT.`);
  toPort(port, '--address');
  return text;
}

function toPort(text: string, name: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new CloudError('invalid', `${name}: "${text}" is no port.`);
  return port;
}

/** An IPv6 address as host stands in brackets. */
export function splitAddress(address: string): { host: string; port: string } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, Math.max(0, colon)), port: address.slice(colon + 1) };
}
