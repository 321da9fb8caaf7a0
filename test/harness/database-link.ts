import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** The way to a database by TCP, for tests in which it goes away. */
export type DatabaseLink = { url: string; /** Ends what goes over it, and takes no new connection. */ cut: () => Promise<void>; mend: () => Promise<void>; close: () => Promise<void> };

/** A way to the database of a test, which listens at a socket in a folder. */
export async function linkDatabase(url: string): Promise<DatabaseLink> {
  const { pathname, searchParams } = new URL(url);
  const target = `${searchParams.get('host')}/.s.PGSQL.5432`;
  const open = new Set<Socket>();
  const server = createServer((incoming) => {
    const outgoing = connect(target);
    for (const socket of [incoming, outgoing]) open.add(socket.on('error', () => {}).on('close', () => open.delete(socket)));
    incoming.pipe(outgoing).pipe(incoming);
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const cut = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of open) socket.destroy();
    await closed;
  };
  const port = await listen(0);
  return { url: `postgresql://postgres@127.0.0.1:${port}${pathname}`, cut, mend: () => listen(port).then(() => {}), close: cut };
}
