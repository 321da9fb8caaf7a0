import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { CloudError, type ErrorCode } from '@novadock/model';
import { publicKeyPin } from '@novadock/rpc';

/**
 * By what a control plane behind https is believed: the pin of its key (sha256//…, as `curl --pinnedpubkey` takes it), what the system
 * trusts, or nothing, where its answer proves itself.
 */
export type Trust = { pin: string } | 'system' | 'nothing';

/** A connection to the API that takes one request. */
export type ApiConnection = {
  /** This host's address on the way there. */
  localAddress: string;
  /** Throws the CloudError that the answer stands for, or `unavailable`. */
  post(path: string, body: object): Promise<unknown>;
};

const connectTimeoutMs = 10_000;
const replyTimeoutMs = 30_000;

/** Connects to the control plane at `url`. Throws `unavailable` when nobody answers, `unauthenticated` (wrongServer) when it is not believed: then nothing was said to it. */
export async function connectApi({ url, trust }: { url: string; trust: Trust }): Promise<ApiConnection> {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const secure = protocol === 'https:';
  const to = { host, port: Number(port) || (secure ? 443 : 80) };
  const socket = secure ? connectTls({ ...to, ...(isIP(host) === 0 ? { servername: host } : {}), rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] }) : connect(to);
  await once(socket, secure ? 'secureConnect' : 'connect', { signal: AbortSignal.timeout(connectTimeoutMs) }).catch((cause: unknown) => {
    socket.destroy();
    throw noAnswer(url, cause);
  });
  // One that comes while nobody waits for an answer.
  socket.on('error', () => {});
  if (secure) assertBelieved(socket as TLSSocket, trust, url);
  const localAddress = socket.localFamily === 'IPv6' ? `[${socket.localAddress}]` : (socket.localAddress ?? '');
  return { localAddress, post: (path, body) => post({ socket, url, path, body: JSON.stringify(body) }) };
}

function assertBelieved(socket: TLSSocket, trust: Trust, url: string): void {
  const why = trust === 'nothing' ? undefined : trust === 'system' ? flawOf(socket) : otherKey(socket, trust.pin);
  if (why === undefined) return;
  socket.destroy();
  throw new CloudError('unauthenticated', `Whoever answers at ${url} is not believed, and was told nothing: ${why}`, { reason: 'wrongServer' });
}

function flawOf({ authorized, authorizationError }: TLSSocket): string | undefined {
  return authorized ? undefined : `this system does not trust its certificate (${String(authorizationError)}). Give the pin of its key with --pin; \`novadock host token\` prints it.`;
}

function otherKey(socket: TLSSocket, pin: string): string | undefined {
  const certificate = socket.getPeerX509Certificate();
  const found = certificate === undefined ? 'none' : publicKeyPin(certificate.toString());
  return found === pin ? undefined : `its key is another one (${found}) than the pin says (${pin}). Get a fresh command with \`novadock host token\`; if it fails as well, somebody is in between.`;
}

async function post({ socket, url, path, body }: { socket: Socket; url: string; path: string; body: string }): Promise<unknown> {
  const headers = { host: new URL(url).host, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), connection: 'close' };
  try {
    const request = httpRequest({ createConnection: () => socket, method: 'POST', path, headers, signal: AbortSignal.timeout(replyTimeoutMs) });
    request.end(body);
    const [reply] = (await once(request, 'response')) as [IncomingMessage];
    const answer = await text(reply);
    const { statusCode: status = 0 } = reply;
    if (status >= 300) throw toCloudError(status, answer);
    return JSON.parse(answer) as unknown;
  } catch (error) {
    throw error instanceof CloudError ? error : noAnswer(url, error);
  } finally {
    socket.destroy();
  }
}

const codes: Record<number, ErrorCode> = { 400: 'invalid', 401: 'unauthenticated', 403: 'forbidden', 404: 'notFound', 409: 'conflict' };

/** What a reply of /v1 says went wrong (RFC 9457). */
function toCloudError(status: number, answer: string): CloudError {
  const { detail, code } = parse(answer);
  return new CloudError(codes[status] ?? 'unavailable', `The control plane refuses this host (${status}): ${detail ?? answer.trim()}`, code === undefined ? {} : { reason: code });
}

function parse(answer: string): { detail?: string; code?: string } {
  try {
    return JSON.parse(answer) as { detail?: string; code?: string };
  } catch {
    return {};
  }
}

function noAnswer(url: string, cause: unknown): CloudError {
  return new CloudError('unavailable', `The control plane does not answer at ${url}. Is the address right, and may this host reach it?`, { reason: 'noReply', cause });
}
