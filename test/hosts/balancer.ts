import { request } from 'node:https';
import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Passes connections on to whichever control plane is ready, as load balancers do that know nothing of TLS. */
export type Balancer = { port: number; /** Addresses of those that are ready. */ ready: () => string[]; close: () => Promise<void> };

const everyMs = 500;
const timeoutMs = 1_000;

/** Listens at `address` for the control planes at `targets`, each on port 8774, which it asks twice a second whether they are ready. */
export async function startBalancer({ address, targets }: { address: string; targets: string[] }): Promise<Balancer> {
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
  const watch = async () => {
    while (!stopping.signal.aborted) {
      const answers = await Promise.all(targets.map(isReady));
      ready = targets.filter((_, index) => answers[index]);
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  const watching = watch();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, address, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    ready: () => ready,
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
  const server = connect({ host: target, port: 8774, timeout: timeoutMs });
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

function isReady(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ host: address, port: 8774, path: '/readyz', rejectUnauthorized: false, agent: false, signal: AbortSignal.timeout(timeoutMs) }, (reply) => {
      reply.resume();
      resolve(reply.statusCode === 200);
    });
    asked.on('error', () => resolve(false)).end();
  });
}
