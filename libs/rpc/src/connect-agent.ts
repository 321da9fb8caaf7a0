import { credentials, type Client, type ClientReadableStream, type ServiceError } from '@grpc/grpc-js';
import type { AgentService } from '@novadock/model';
import { agentDefinition } from './agent-definition.ts';
import { fromGrpcError } from './errors.ts';
import type { AgentClient } from './generated/novadock/agent/v1/Agent.ts';
import { fromFactsMessage, fromStatsMessage, fromUpdateMessage, toSpecMessage } from './messages.ts';
import { fromEntryMessage, toStartSetupMessage } from './setup-messages.ts';
import { hostDnsName, type TlsIdentity } from './pki/identity.ts';

/** An agent at the other end of a channel. `close` ends all its calls. */
export type AgentConnection = AgentService & { close: () => void };

/** How long a call that does not stream may take. */
const callTimeoutMs = 15_000;
const putTimeoutMs = 30 * 60_000;

/** Opens a channel to the agent at `address` (host:port) that accepts only the host `hostId`; connects lazily and reconnects by itself. */
export function connectAgent(options: { address: string; hostId: string; identity: TlsIdentity }): AgentConnection {
  const { Client } = agentDefinition();
  const { authority, key, certificate } = options.identity;
  const client = new Client(options.address, credentials.createSsl(Buffer.from(authority), Buffer.from(key), Buffer.from(certificate)), {
    'grpc.ssl_target_name_override': hostDnsName(options.hostId),
    'grpc.use_local_subchannel_pool': 1,
    'grpc.keepalive_time_ms': 10_000,
    'grpc.keepalive_timeout_ms': 5_000,
    'grpc.max_reconnect_backoff_ms': 2_000,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_receive_message_length': -1,
  });
  return { ...unaryCalls(client), ...streamCalls(client), close: () => (client as Client).close() };
}

function unary<Reply>(call: (done: (error: ServiceError | null, reply?: Reply) => void) => unknown): Promise<Reply> {
  return new Promise((resolve, reject) => call((error, reply) => (error === null ? resolve(reply as Reply) : reject(fromGrpcError(error)))));
}

function deadline(timeoutMs: number): { deadline: Date } {
  return { deadline: new Date(Date.now() + timeoutMs) };
}

function unaryCalls(client: AgentClient): Pick<AgentService, 'getHostFacts' | 'applyInstance' | 'getInstanceStats' | 'hasImage' | 'startSetup' | 'removeAgent'> {
  return {
    getHostFacts: async () => fromFactsMessage(await unary((done) => client.getHostFacts({}, deadline(callTimeoutMs), done))),
    applyInstance: async ({ spec, generation, epoch }) => {
      await unary((done) => client.applyInstance({ spec: toSpecMessage(spec), generation, epoch }, deadline(callTimeoutMs), done));
    },
    getInstanceStats: async (instanceId) => fromStatsMessage(await unary((done) => client.getInstanceStats({ instanceId }, deadline(callTimeoutMs), done))),
    startSetup: async (request) => {
      await unary((done) => client.startSetup(toStartSetupMessage(request), deadline(callTimeoutMs), done));
    },
    removeAgent: async (request) => {
      await unary((done) => client.removeAgent(request, deadline(callTimeoutMs), done));
    },
    hasImage: async (engineId) => (await unary<{ present: boolean }>((done) => client.getImage({ engineId }, deadline(callTimeoutMs), done))).present,
  };
}

function streamCalls(client: AgentClient): Pick<AgentService, 'watchInstances' | 'watchSetup' | 'readLogs' | 'putImage'> {
  return {
    watchInstances: (request, signal) => messages(client.watchInstances(request), signal, fromUpdateMessage),
    watchSetup: (request, signal) => messages(client.watchSetup(request), signal, fromEntryMessage),
    readLogs: (request, signal) => messages(client.readLogs(request), signal, (chunk) => chunk.data),
    putImage: async (image, archive) => {
      let call: ReturnType<AgentClient['putImage']> | undefined;
      const reply = unary((done) => (call = client.putImage(deadline(putTimeoutMs), done)));
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

async function* messages<Message, Item>(stream: ClientReadableStream<Message>, signal: AbortSignal, translate: (message: Message) => Item): AsyncGenerator<Item> {
  const cancel = () => stream.cancel();
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    for await (const message of stream) yield translate(message as Message);
  } catch (error) {
    if (!signal.aborted) throw fromGrpcError(error);
  } finally {
    signal.removeEventListener('abort', cancel);
    stream.cancel();
  }
}
