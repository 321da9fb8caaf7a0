import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Server as TlsServer } from 'node:tls';
import { isLoopbackPeer } from './is-loopback-peer.ts';

/** The first byte of a TLS handshake (RFC 8446, 5.1: content type 22); no HTTP method begins with it. */
const handshakeByte = 0x16;
/** How long a peer may be silent before it says what it speaks. */
const silentMs = 10_000;
const refusalMs = 1_000;

const refusal = 'This port speaks HTTPS.\n';
const refusalReply = `HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\ncontent-length: ${refusal.length}\r\nconnection: close\r\n\r\n${refusal}`;

/**
 * Makes `server` answer TLS and plain HTTP on its one port, by the first byte of each connection: TLS to everybody, through `tls`, which
 * listens nowhere itself; plain HTTP to this machine only, others are told that it is refused.
 */
export function splitConnections(server: Server, tls: TlsServer, options = { silentMs }): void {
  const [serveHttp] = server.listeners('connection') as [(socket: Socket) => void];
  // Those that the HTTP server does not know as its own, but whose end it waits for.
  const others = new Set<Socket>();
  server.removeAllListeners('connection');
  server.on('connection', (socket) => {
    others.add(socket);
    socket.once('close', () => others.delete(socket));
    whenItSpeaks(socket, options.silentMs, (firstByte) => {
      if (firstByte === handshakeByte) return void tls.emit('connection', socket);
      if (!isLoopbackPeer(socket.remoteAddress)) return refuse(socket);
      others.delete(socket);
      serveHttp.call(server, socket);
      socket.resume();
    });
  });
  tls.on('secureConnection', (socket) => serveHttp.call(server, socket));
  // Also who does not end the handshake in time; Node leaves that open.
  tls.on('tlsClientError', (_error, socket) => socket.destroy());
  const closeAll = server.closeAllConnections.bind(server);
  server.closeAllConnections = () => {
    closeAll();
    for (const socket of others) socket.destroy();
  };
}

/** Calls `then` with the first byte that came, which is left to be read, while the socket is paused. Who is silent is dropped. */
function whenItSpeaks(socket: Socket, timeoutMs: number, then: (firstByte: number | undefined) => void): void {
  const drop = () => socket.destroy();
  socket.setTimeout(timeoutMs, drop);
  socket.once('error', drop);
  socket.once('end', drop);
  socket.once('data', (chunk: Buffer) => {
    socket.setTimeout(0, drop);
    socket.off('error', drop);
    socket.off('end', drop);
    socket.pause();
    socket.unshift(chunk);
    then(chunk[0]);
  });
}

function refuse(socket: Socket): void {
  socket.on('error', () => {});
  socket.setTimeout(refusalMs, () => socket.destroy());
  socket.end(refusalReply);
  // What is never read would make the kernel send a reset, and the peer lose the answer.
  socket.resume();
}
