import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:tls';
import type { ApiTls } from './open-api-tls.ts';
import { splitConnections } from './split-connections.ts';

const handshakeMs = 10_000;

/** Fastify's settings of the server that it would have made itself. */
export type ServerOptions = { keepAliveTimeout?: number; requestTimeout?: number; connectionTimeout?: number };

/** A server that answers TLS to everybody, with the certificate that `apiTls` has at that time, and plain HTTP to this machine. */
export function createApiServer(apiTls: ApiTls, handler: RequestListener, options: ServerOptions): Server {
  const server = createServer(handler);
  server.keepAliveTimeout = options.keepAliveTimeout ?? server.keepAliveTimeout;
  server.requestTimeout = options.requestTimeout ?? server.requestTimeout;
  server.setTimeout(options.connectionTimeout ?? 0);
  const tls = createTlsServer({ ...apiTls.certificate(), ALPNProtocols: ['http/1.1'], handshakeTimeout: handshakeMs });
  splitConnections(server, tls);
  server.once('close', apiTls.onChange((certificate) => tls.setSecureContext(certificate)));
  return server;
}
