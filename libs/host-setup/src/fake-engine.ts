import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export type FakeEngine = { start(): Promise<void>; stop(): Promise<void>; reload(): void; calls: string[] };

/** For tests: the few replies of a Docker Engine that the set-up asks for, on a real socket. It takes its settings over at `start` and `reload`. */
export function createFakeEngine(options: { socket: string; readSettings: () => Record<string, unknown>; says?: string; version?: object }): FakeEngine {
  let server: Server | undefined;
  let settings: Record<string, unknown> = {};
  const calls: string[] = [];
  const images = new Set<string>();
  const said = Buffer.from(options.says ?? 'Hello from Docker\n');
  const frame = Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, said.length]), said]);

  const replies: [RegExp, (match: RegExpExecArray) => unknown][] = [
    [/^GET \/_ping$/, () => 'OK'],
    [/^GET \/version$/, () => ({ Version: '20.10.24', ApiVersion: '1.41', ...options.version })],
    [/^GET \/info$/, () => ({ LiveRestoreEnabled: settings['live-restore'] === true, Runtimes: { runc: { path: 'runc' }, ...(settings['runtimes'] as object) }, Swarm: { LocalNodeState: 'inactive' } })],
    [/^GET \/images\/(.+)\/json$/, ([, name = '']) => (images.has(decodeURIComponent(name)) ? { Id: 'sha256:1' } : undefined)],
    [/^POST \/images\/load/, () => (images.add('novadock/hello:latest'), { stream: 'Loaded image: novadock/hello:latest\n' })],
    [/^POST \/containers\/create/, () => ({ Id: 'c1' })],
    [/^POST \/containers\/c1\/start/, () => ''],
    [/^POST \/containers\/c1\/wait/, () => ({ StatusCode: 0 })],
    [/^GET \/containers\/c1\/logs/, () => frame],
    [/^DELETE \/containers\/c1/, () => ''],
  ];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
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

  return {
    calls,
    reload: () => (settings = options.readSettings()),
    async start() {
      settings = options.readSettings();
      server = createServer((request, response) => void answer(request, response));
      await new Promise<void>((resolve) => server?.listen(options.socket, resolve));
    },
    async stop() {
      server?.closeAllConnections();
      await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
      await rm(options.socket, { force: true });
    },
  };
}
