import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';

/** A port that leads to the first of several servers of this machine that takes the connection, as a load balancer does. */
export type Front = { port: number; addServer: (port: number) => void; close: () => Promise<void> };

/** Opens one, with nothing behind it yet. Bytes go through as they are, so TLS ends at the servers. */
export async function openFront(): Promise<Front> {
  const ports: number[] = [];
  const open = new Set<Socket>();
  const server = createServer({ pauseOnConnect: true }, (client) => {
    keep(open, client);
    lead(client, [...ports], open);
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const close = () => new Promise<void>((resolve) => {
    server.close(() => resolve());
    for (const socket of open) socket.destroy();
  });
  return { port: (server.address() as AddressInfo).port, addServer: (port) => void ports.push(port), close };
}

function lead(client: Socket, [port, ...others]: number[], open: Set<Socket>): void {
  if (port === undefined) return void client.destroy();
  const server = createConnection(port, '127.0.0.1');
  let connected = false;
  keep(open, server);
  server.once('connect', () => {
    connected = true;
    client.pipe(server).pipe(client);
  });
  server.once('close', () => (connected ? client.destroy() : lead(client, others, open)));
  client.once('close', () => server.destroy());
}

/** A connection that breaks is closed; whoever is at its other end sees that. */
function keep(open: Set<Socket>, socket: Socket): void {
  open.add(socket);
  socket.on('error', () => {});
  socket.once('close', () => open.delete(socket));
}
