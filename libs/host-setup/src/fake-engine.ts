import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export type FakeContainer = { id: string; name: string; startedAt: string; labels: Record<string, string>; stopped?: true };

export type FakeEngine = {
  start(): Promise<void>;
  stop(): Promise<void>;
  reload(): void;
  calls: string[];
  /** What runs in it; without live-restore, a stop ends all of them. */
  containers: FakeContainer[];
  /** What it adds to /info. */
  info: Record<string, unknown>;
};

type Settings = Record<string, unknown>;
type FakeEngineOptions = { socket: string; readSettings: () => Settings; says?: string; version?: object };

/**
 * For tests: the few replies of a Docker Engine that the set-up asks for, on a real socket. It takes its settings over at `start`
 * and `reload`, and does not start with the key "no-such-setting", as an engine does.
 */
export function createFakeEngine(options: FakeEngineOptions): FakeEngine {
  let server: Server | undefined;
  let settings: Settings = {};
  const images = new Set<string>();
  const engine: FakeEngine = {
    calls: [],
    containers: [],
    info: {},
    // What cannot be read, or does not start, is left aside on SIGHUP; so is what takes a restart.
    reload: () => {
      const { 'log-driver': driver = settings['log-driver'], ...rest } = options.readSettings();
      if (!('no-such-setting' in rest)) settings = { ...rest, 'log-driver': settings['log-driver'] ?? driver };
    },
    async start() {
      if (server !== undefined) return;
      const wanted = options.readSettings();
      if ('no-such-setting' in wanted) throw new Error("the following directives don't match any configuration option: no-such-setting");
      settings = wanted;
      server = createServer((request, response) => void answer(engine.calls, repliesOf(engine, () => settings, images, options), request, response));
      await new Promise<void>((resolve) => server?.listen(options.socket, resolve));
    },
    async stop() {
      const running = server;
      server = undefined;
      if (settings['live-restore'] !== true) engine.containers.splice(0);
      running?.closeAllConnections();
      await new Promise((resolve) => (running === undefined ? resolve(undefined) : running.close(resolve)));
      await rm(options.socket, { force: true });
    },
  };
  return engine;
}

type Reply = [RegExp, (match: RegExpExecArray) => unknown];

function repliesOf(engine: FakeEngine, settings: () => Settings, images: Set<string>, options: FakeEngineOptions): Reply[] {
  const said = Buffer.from(options.says ?? 'Hello from Docker\n');
  const frame = Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, said.length]), said]);
  const image = (name = '') => decodeURIComponent(name);
  return [
    [/^GET \/_ping$/, () => 'OK'],
    [/^GET \/version$/, () => ({ Version: '20.10.24', ApiVersion: '1.41', ...options.version })],
    [/^GET \/info$/, () => ({ LiveRestoreEnabled: settings()['live-restore'] === true, LoggingDriver: settings()['log-driver'] ?? 'json-file', Runtimes: { runc: { path: 'runc' }, ...(settings()['runtimes'] as object) }, Swarm: { LocalNodeState: 'inactive' }, ...engine.info })],
    [/^GET \/images\/(.+)\/json$/, ([, name]) => (images.has(image(name)) ? { Id: 'sha256:1' } : undefined)],
    [/^POST \/images\/load/, () => (images.add('novadock/hello:latest'), { stream: 'Loaded image: novadock/hello:latest\n' })],
    [/^POST \/images\/create\?fromImage=([^&]+)&tag=([^&]+)/, ([, name, tag]) => (image(name).startsWith('missing') ? undefined : (images.add(`${image(name)}:${image(tag)}`), { status: 'Downloaded' }))],
    [/^DELETE \/images\/([^?]+)/, ([, name]) => (images.delete(image(name)) ? [] : undefined)],
    [/^GET \/containers\/json/, () => engine.containers.map(({ id, name, labels }) => ({ Id: id, Names: [`/${name}`], Labels: labels }))],
    [/^GET \/containers\/(\w+)\/json$/, ([, id]) => {
      const found = engine.containers.find((container) => container.id === id);
      return found && { Id: id, State: { Running: found.stopped !== true, StartedAt: found.startedAt } };
    }],
    [/^POST \/containers\/create/, () => ({ Id: 'c1' })],
    [/^POST \/containers\/c1\/start/, () => ''],
    [/^POST \/containers\/c1\/wait/, () => ({ StatusCode: 0 })],
    [/^GET \/containers\/c1\/logs/, () => frame],
    [/^POST \/containers\/(\w+)\/stop/, ([, id]) => {
      const found = engine.containers.find((container) => container.id === id);
      if (found !== undefined) found.stopped = true;
      return '';
    }],
    [/^DELETE \/containers\/(\w+)/, ([, id]) => {
      const at = engine.containers.findIndex((container) => container.id === id);
      if (at >= 0) engine.containers.splice(at, 1);
      return '';
    }],
  ];
}

async function answer(calls: string[], replies: Reply[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const call = `${request.method} ${request.url}`;
  calls.push(call);
  for await (const chunk of request) void chunk;
  for (const [pattern, reply] of replies) {
    const match = pattern.exec(call);
    const body = match === null ? undefined : reply(match);
    if (body !== undefined) return void response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  }
  response.writeHead(404).end(JSON.stringify({ message: 'not here' }));
}
