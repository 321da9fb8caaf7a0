import { experimental, type Client, type ClientReadableStream, type ServiceError } from '@grpc/grpc-js';
import { CloudError, type AgentService } from '@novadock/model';
import { agentDefinition } from './agent-definition.ts';
import { fromGrpcError } from './errors.ts';
import type { AgentClient } from './generated/novadock/agent/v1/Agent.ts';
import { fromFactsMessage, fromStatsMessage, fromUpdateMessage, toSpecMessage } from './messages.ts';
import { fromEntryMessage, toStartSetupMessage } from './setup-messages.ts';
import { hostDnsName, type TlsIdentity } from './pki/identity.ts';
import { providerOf, type LiveIdentity } from './pki/live-identity.ts';
import { replaceStuckClient } from './replace-stuck-client.ts';

/** An agent at the other end of a channel. `close` ends all its calls. */
export type AgentConnection = AgentService & { close: () => void };

/** How long a call that does not stream may take. */
const callTimeoutMs = 15_000;
const putTimeoutMs = 30 * 60_000;
/** As gRPC's own MIN_CONNECT_TIMEOUT (doc/connection-backoff.md). */
const connectTimeoutMs = 20_000;

/** Opens a channel to the agent at `address` (host:port) that accepts only the host `hostId`; connects lazily and reconnects by itself. */
export function connectAgent(options: { address: string; hostId: string; identity: TlsIdentity | LiveIdentity; connectTimeoutMs?: number }): AgentConnection {
  const { Client } = agentDefinition();
  const identity = providerOf(options.identity);
  const open = () => new Client(options.address, experimental.createCertificateProviderChannelCredentials(identity, identity), {
    'grpc.ssl_target_name_override': hostDnsName(options.hostId),
    'grpc.use_local_subchannel_pool': 1,
    'grpc.keepalive_time_ms': 10_000,
    'grpc.keepalive_timeout_ms': 5_000,
    'grpc.max_reconnect_backoff_ms': 2_000,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_receive_message_length': -1,
  });
  const link: Link = { client: open(), open: new Set(), closed: false };
  // Closing a channel lets go on what is under way.
  const cancelAll = () => link.open.forEach((call) => call.cancel());
  void replaceStuckClient(link, { open, timeoutMs: options.connectTimeoutMs ?? connectTimeoutMs, onReplaced: cancelAll });
  const close = () => {
    link.closed = true;
    cancelAll();
    (link.client as Client).close();
  };
  return { ...unaryCalls(link), ...streamCalls(link), close };
}

/** A channel, and the calls that are under way on it. */
type Link = { client: AgentClient; open: Set<{ cancel: () => void }>; closed: boolean };

function toError(link: Link, error: unknown): CloudError {
  return link.closed ? new CloudError('unavailable', 'The connection to the host was closed.', { reason: 'hostDown', cause: error }) : fromGrpcError(error);
}

function unary<Reply>(link: Link, start: (done: (error: ServiceError | null, reply?: Reply) => void) => { cancel: () => void }): Promise<Reply> {
  return new Promise<Reply>((resolve, reject) => {
    const call = start((error, reply) => {
      link.open.delete(call);
      if (error === null) resolve(reply as Reply);
      else reject(error);
    });
    link.open.add(call);
  }).catch((error: unknown) => Promise.reject(toError(link, error)));
}

function deadline(timeoutMs: number): { deadline: Date } {
  return { deadline: new Date(Date.now() + timeoutMs) };
}

function unaryCalls(link: Link): Pick<AgentService, 'getHostFacts' | 'applyInstance' | 'getInstanceStats' | 'hasImage' | 'startSetup' | 'removeAgent'> {
  return {
    getHostFacts: async () => fromFactsMessage(await unary(link, (done) => link.client.getHostFacts({}, deadline(callTimeoutMs), done))),
    applyInstance: async ({ spec, generation, epoch }) => {
      await unary(link, (done) => link.client.applyInstance({ spec: toSpecMessage(spec), generation, epoch }, deadline(callTimeoutMs), done));
    },
    getInstanceStats: async (instanceId) => fromStatsMessage(await unary(link, (done) => link.client.getInstanceStats({ instanceId }, deadline(callTimeoutMs), done))),
    startSetup: async (request) => {
      await unary(link, (done) => link.client.startSetup(toStartSetupMessage(request), deadline(callTimeoutMs), done));
    },
    removeAgent: async (request) => {
      await unary(link, (done) => link.client.removeAgent(request, deadline(callTimeoutMs), done));
    },
    hasImage: async (engineId) => (await unary<{ present: boolean }>(link, (done) => link.client.getImage({ engineId }, deadline(callTimeoutMs), done))).present,
  };
}

function streamCalls(link: Link): Pick<AgentService, 'watchInstances' | 'watchSetup' | 'readLogs' | 'putImage'> {
  return {
    watchInstances: (request, signal) => messages(link, () => link.client.watchInstances(request), signal, fromUpdateMessage),
    watchSetup: (request, signal) => messages(link, () => link.client.watchSetup(request), signal, fromEntryMessage),
    readLogs: (request, signal) => messages(link, () => link.client.readLogs(request), signal, (chunk) => chunk.data),
    putImage: async (image, archive) => {
      let call: ReturnType<AgentClient['putImage']> | undefined;
      const reply = unary(link, (done) => (call = link.client.putImage(deadline(putTimeoutMs), done)));
      // The reply may come while chunks are still being written: it failed, or the host has the image by now.
      reply.finally(() => call?.destroy()).catch(() => {});
      await write(call, { image });
      try {
        for await (const chunk of archive) {
          if (call?.destroyed) break;
          await write(call, { chunk: Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) });
        }
      } catch (error) {
        // Else the agent would wait for the rest.
        call?.cancel();
        throw error;
      }
      call?.end();
      await reply;
    },
  };
}

async function write(call: ReturnType<AgentClient['putImage']> | undefined, message: object): Promise<void> {
  if (call === undefined || call.destroyed || call.write(message)) return;
  await new Promise<void>((resolve) => {
    call.once('drain', resolve);
    call.once('close', resolve);
    call.once('error', () => resolve());
  });
}

async function* messages<Message, Item>(link: Link, start: () => ClientReadableStream<Message>, signal: AbortSignal, translate: (message: Message) => Item): AsyncGenerator<Item> {
  if (link.closed) throw toError(link, undefined);
  const stream = start();
  const cancel = () => stream.cancel();
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  link.open.add(stream);
  try {
    for await (const message of stream) yield translate(message as Message);
  } catch (error) {
    if (!signal.aborted) throw toError(link, error);
  } finally {
    signal.removeEventListener('abort', cancel);
    link.open.delete(stream);
    stream.cancel();
  }
}
