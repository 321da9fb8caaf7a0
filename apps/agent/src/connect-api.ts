import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
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
  /** What was answered. Throws the CloudError that the answer stands for, or `unavailable`; the others too. */
  post(path: string, body: object): Promise<unknown>;
  get(path: string): Promise<unknown>;
  /** The bytes of an answer that may be long; it breaks off when nothing comes for a while. */
  download(path: string): Promise<Readable>;
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
  return {
    localAddress,
    post: (path, body) => ask({ socket, url, method: 'POST', path, body: JSON.stringify(body) }),
    get: (path) => ask({ socket, url, method: 'GET', path }),
    download: (path) => download({ socket, url, method: 'GET', path }),
  };
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

type Asked = { socket: Socket; url: string; method: 'GET' | 'POST'; path: string; body?: string };

async function ask(asked: Asked): Promise<unknown> {
  try {
    const reply = await send(asked, AbortSignal.timeout(replyTimeoutMs));
    return JSON.parse(await text(reply)) as unknown;
  } catch (error) {
    throw error instanceof CloudError ? error : noAnswer(asked.url, error);
  } finally {
    asked.socket.destroy();
  }
}

async function download(asked: Asked): Promise<Readable> {
  const { socket, url } = asked;
  socket.setTimeout(replyTimeoutMs, () => socket.destroy(new Error(`nothing came for ${replyTimeoutMs / 1000} s`)));
  try {
    return await send(asked);
  } catch (error) {
    socket.destroy();
    throw error instanceof CloudError ? error : noAnswer(url, error);
  }
}

async function send({ socket, url, method, path, body }: Asked, signal?: AbortSignal): Promise<IncomingMessage> {
  const ofBody = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const headers = { host: new URL(url).host, ...ofBody, connection: 'close' };
  const request = httpRequest({ createConnection: () => socket, method, path, headers, ...(signal === undefined ? {} : { signal }) });
  request.end(body);
  const [reply] = (await once(request, 'response')) as [IncomingMessage];
  const { statusCode: status = 0 } = reply;
  if (status >= 300) throw toCloudError(status, await text(reply));
  return reply;
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
