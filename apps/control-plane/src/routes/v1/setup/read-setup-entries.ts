import { Readable } from 'node:stream';
import { followSetupEntries, getSetupRun, listSetupEntries } from '@novadock/cloud';
import type { SetupEntry } from '@novadock/model';
import { Type } from 'typebox';
import { problems } from '../problem.ts';
import { defaultLimit, linkAfter, nextLink, paging, refTo } from '../schemas.ts';
import { untilGone } from '../until-gone.ts';
import type { V1Route } from '../v1-route.ts';
import { setupEntrySchema, setupRunParams, toSetupEntry } from './setup-run-schema.ts';

/** Proxies cut connections on which nothing is said. */
const heartbeatMs = 15_000;

const after = Type.Optional(Type.String({ pattern: '^\\d{1,9}$', description: 'Only those after this one.' }));

const reply = {
  description: 'Entries',
  content: {
    'text/event-stream': { schema: Type.Unsafe<Readable>(Type.String({ description: 'Each message has the number, what it is (step, output, ended) as its event, and the SetupEntry as JSON.' })) },
    'application/json': { schema: Type.Object({ entries: Type.Array(refTo(setupEntrySchema)), next: nextLink }) },
  },
};

/** What a run has done and does as a stream, what it has done as pages of JSON. */
export const readSetupEntries: V1Route = (app, { cloud, setups }) => {
  const schema = {
    summary: 'Follow what a run does, or list it',
    description: 'A stream (Server-Sent Events) of all that it has done, after `Last-Event-ID` where that is given, and then as it goes on; ends after `ended`. With `Accept: application/json` a page of what it has done.',
    tags: ['set-up'],
    params: setupRunParams,
    querystring: Type.Object({ ...paging, marker: after }, { additionalProperties: false }),
    headers: Type.Object({ 'last-event-id': after }),
    response: { 200: reply, ...problems },
  };
  app.get('/hosts/:host/setup-runs/:run/entries', { schema, exposeHeadRoute: false, config: { adminPolicy: 'novadock:hosts' } }, async (request, answer) => {
    const { id: runId } = await getSetupRun(cloud, { host: request.params.host, runId: request.params.run });
    const { limit = defaultLimit, marker } = request.query;
    const afterSeq = Number(request.headers['last-event-id'] ?? marker ?? 0);
    if (request.headers.accept?.includes('application/json') === true) {
      const { entries, more } = await listSetupEntries(cloud, { runId, afterSeq, limit });
      const last = entries.at(-1);
      return answer.type('application/json').send({ entries: entries.map(toSetupEntry), next: linkAfter(request.url, last && { id: String(last.seq) }, more) });
    }
    answer.headers({ 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    const signal = untilGone(answer);
    const stream = Readable.from(messages(afterSeq, followSetupEntries(cloud, setups, { runId, afterSeq, signal, quietMs: heartbeatMs })));
    // What is in the way of a client that does not read is not waited for.
    signal.addEventListener('abort', () => stream.destroy());
    setups.ended.addEventListener('abort', () => stream.destroy(), { signal });
    return answer.send(stream);
  });
};

async function* messages(afterSeq: number, pages: AsyncIterable<SetupEntry[]>): AsyncGenerator<string> {
  yield `retry: 1000\nid: ${afterSeq}\n\n`;
  for await (const entries of pages) {
    yield entries.length === 0 ? ': nothing new\n\n' : entries.map((entry) => `id: ${entry.seq}\nevent: ${eventOf(entry)}\ndata: ${JSON.stringify(toSetupEntry(entry))}\n\n`).join('');
  }
}

function eventOf(entry: SetupEntry): string {
  return 'step' in entry ? 'step' : 'output' in entry ? 'output' : 'ended';
}
