import { once } from 'node:events';
import { experimental, Server, status, type sendUnaryData, type ServerReadableStream, type ServerUnaryCall, type ServerWritableStream, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { CloudError, type AgentService } from '@novadock/model';
import { agentDefinition } from './agent-definition.ts';
import { toGrpcError } from './errors.ts';
import type { AgentHandlers } from './generated/novadock/agent/v1/Agent.ts';
import type { PutImageRequest__Output } from './generated/novadock/agent/v1/PutImageRequest.ts';
import { fromSpecMessage, toUpdateMessage } from './messages.ts';
import { fromStartSetupMessage, toEntryMessage } from './setup-messages.ts';
import { controlPlaneName, type TlsIdentity } from './pki/identity.ts';
import { providerOf, type LiveIdentity } from './pki/live-identity.ts';

/** Serves `agent` over mutual TLS to the control plane and to nobody else; rejects when the port is taken. */
export async function serveAgent(options: { agent: AgentService; address: string; identity: TlsIdentity | LiveIdentity; onError: (rpc: string, error: unknown) => void }): Promise<{ port: number; close: () => Promise<void> }> {
  const server = new Server({ 'grpc.max_receive_message_length': -1 });
  server.addService(agentDefinition().service as never, toImplementation(options.agent, options.onError) as unknown as UntypedServiceImplementation);
  const identity = providerOf(options.identity);
  const tls = experimental.createCertificateProviderServerCredentials(identity, identity, true);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(options.address, tls, (error, bound) => {
      if (error === null) resolve(bound);
      else reject(new CloudError('unavailable', `The agent cannot listen on ${options.address}: ${error.message}. Is another agent running?`, { cause: error }));
    });
  });
  return { port, close: async () => server.forceShutdown() };
}

type Call = ServerUnaryCall<unknown, unknown> | ServerReadableStream<unknown, unknown> | ServerWritableStream<unknown, unknown>;

/** Every certificate of the cloud is signed by one authority, so the name decides who may command an agent. */
function assertControlPlane(call: Call): void {
  const name: unknown = call.getAuthContext().sslPeerCertificate?.subject.CN;
  if (name !== controlPlaneName) throw new CloudError('forbidden', `Only the control plane may command an agent; this is ${String(name)}.`);
}

function toImplementation(agent: AgentService, onError: (rpc: string, error: unknown) => void): AgentHandlers {
  const unary = <Request, Reply>(rpc: string, handle: (request: Request) => Promise<Reply>) =>
    (call: ServerUnaryCall<Request, Reply>, done: sendUnaryData<Reply>) => {
      Promise.resolve(call).then(() => (assertControlPlane(call), handle(call.request))).then((reply) => done(null, reply), (error: unknown) => {
        onError(rpc, error);
        done(toGrpcError(error));
      });
    };
  const stream = <Request, Item, Message>(rpc: string, handle: (request: Request, signal: AbortSignal) => AsyncIterable<Item>, translate: (item: Item) => Message) =>
    (call: ServerWritableStream<Request, Message>) => void sendAll({ call, rpc, onError, items: (signal) => handle(call.request, signal), translate });
  return {
    GetHostFacts: unary('GetHostFacts', () => agent.getHostFacts()),
    ApplyInstance: unary('ApplyInstance', async ({ spec, generation, epoch }) => {
      if (spec === null || spec === undefined) throw new CloudError('invalid', 'The request has no spec.');
      await agent.applyInstance({ spec: fromSpecMessage(spec), generation, epoch });
      return {};
    }),
    GetInstanceStats: unary('GetInstanceStats', ({ instanceId }) => agent.getInstanceStats(instanceId)),
    GetImage: unary('GetImage', async ({ engineId }) => ({ present: await agent.hasImage(engineId) })),
    WatchInstances: stream('WatchInstances', (request, signal) => agent.watchInstances(request, signal), toUpdateMessage),
    StartSetup: unary('StartSetup', async (request) => (await agent.startSetup(fromStartSetupMessage(request)), {})),
    WatchSetup: stream('WatchSetup', (request, signal) => agent.watchSetup(request, signal), toEntryMessage),
    RemoveAgent: unary('RemoveAgent', async (request) => (await agent.removeAgent(request), {})),
    ReadLogs: stream('ReadLogs', (request, signal) => agent.readLogs(request, signal), (data) => ({ data: Buffer.from(data) })),
    PutImage: (call, done) => {
      Promise.resolve(call).then(() => (assertControlPlane(call), receiveImage(agent, call))).then(() => done(null, {}), (error: unknown) => {
        onError('PutImage', error);
        done(toGrpcError(error));
      });
    },
  };
}

async function sendAll<Request, Item, Message>(options: {
  call: ServerWritableStream<Request, Message>;
  rpc: string;
  onError: (rpc: string, error: unknown) => void;
  items: (signal: AbortSignal) => AsyncIterable<Item>;
  translate: (item: Item) => Message;
}): Promise<void> {
  const { call, rpc, onError, items, translate } = options;
  const abort = new AbortController();
  call.on('cancelled', () => abort.abort());
  try {
    assertControlPlane(call);
    for await (const item of items(abort.signal)) {
      if (abort.signal.aborted) break;
      if (!call.write(translate(item))) await once(call, 'drain', { signal: abort.signal });
    }
    call.end();
  } catch (error) {
    if (abort.signal.aborted) return call.end() as unknown as void;
    onError(rpc, error);
    call.emit('error', { code: status.INTERNAL, ...toGrpcError(error) });
  }
}

async function receiveImage(agent: AgentService, call: ServerReadableStream<PutImageRequest__Output, unknown>): Promise<void> {
  const parts = call[Symbol.asyncIterator]() as AsyncIterator<PutImageRequest__Output>;
  const first = await parts.next();
  const image = first.done === true ? undefined : first.value.image;
  if (image === undefined || image === null) throw new CloudError('invalid', 'The first message of PutImage names the image.');
  await agent.putImage(image, chunksOf(parts));
}

async function* chunksOf(parts: AsyncIterator<PutImageRequest__Output>): AsyncGenerator<Uint8Array> {
  for (let part = await parts.next(); part.done !== true; part = await parts.next()) {
    if (part.value.chunk) yield part.value.chunk;
  }
}
