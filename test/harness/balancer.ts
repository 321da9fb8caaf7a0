import { request } from 'node:https';
import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Passes connections on to whichever control plane is ready, as load balancers do that know nothing of TLS. */
export type Balancer = { port: number; /** Those that are ready. */ ready: () => string[]; /** One more, which is asked at once. */ add: (target: string) => Promise<void>; close: () => Promise<void> };

const everyMs = 500;
const timeoutMs = 1_000;

/** Listens at `address` for the control planes at `targets`, each as host:port, which it asks twice a second whether they are ready. */
export async function startBalancer({ address, targets: known = [] }: { address: string; targets?: string[] }): Promise<Balancer> {
  const targets = [...known];
  let ready: string[] = [];
  let turn = 0;
  const stopping = new AbortController();
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const order = ready.map((_, index) => ready[(turn + index) % ready.length] ?? '');
    turn += 1;
    open.add(client.once('close', () => open.delete(client)).on('error', () => client.destroy()));
    passOn(client, order);
  });
  const ask = async () => {
    const asked = [...targets];
    const answers = await Promise.all(asked.map(isReady));
    ready = asked.filter((_, index) => answers[index]);
  };
  const watch = async () => {
    while (!stopping.signal.aborted) {
      await ask();
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  const watching = watch();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, address, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    ready: () => ready,
    add: async (target) => {
      targets.push(target);
      await ask();
    },
    close: async () => {
      stopping.abort();
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await watching;
    },
  };
}

/** To the first that takes the connection; without one the client's ends. */
function passOn(client: Socket, [target, ...others]: string[]): void {
  if (target === undefined) return void client.destroy();
  const server = connect({ ...toAddress(target), timeout: timeoutMs });
  const next = () => {
    server.destroy();
    passOn(client, others);
  };
  server.once('error', next).once('timeout', next).once('connect', () => {
    server.off('error', next).off('timeout', next).setTimeout(0);
    client.on('close', () => server.destroy());
    server.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.pipe(server).pipe(client);
  });
}

function toAddress(target: string): { host: string; port: number } {
  const { hostname, port } = new URL(`tcp://${target}`);
  return { host: hostname, port: Number(port) };
}

function isReady(target: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ ...toAddress(target), path: '/readyz', rejectUnauthorized: false, agent: false, signal: AbortSignal.timeout(timeoutMs) }, (reply) => {
      reply.resume();
      resolve(reply.statusCode === 200);
    });
    asked.on('error', () => resolve(false)).end();
  });
}
