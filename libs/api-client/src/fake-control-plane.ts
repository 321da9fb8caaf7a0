import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export type Seen = { method: string; url: string; headers: IncomingMessage['headers']; body: string };
export type Answer = (seen: Seen, response: ServerResponse) => void;

/** For tests: signs everybody in with tokens T1, T2, …, and answers the other requests one after another as the test says. */
export async function fakeControlPlane(...answers: Answer[]) {
  const seen: Seen[] = [];
  const signIns: unknown[] = [];
  const state = { tokenSeconds: 3600 };
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = '', url = '', headers } = request;
      if (url.endsWith('/auth/tokens')) {
        signIns.push(JSON.parse(body));
        response.writeHead(201, { 'x-subject-token': `T${signIns.length}` });
        return response.end(JSON.stringify({ token: { expires_at: new Date(Date.now() + state.tokenSeconds * 1000).toISOString() } }));
      }
      seen.push({ method, url, headers, body });
      const answer = answers.shift() ?? ((_seen, end) => end.writeHead(500).end());
      return answer({ method, url, headers, body }, response);
    }, () => {});
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url, auth: { auth_url: `${url}/identity/v3`, username: 'u', password: 'p' }, seen, signIns, state, answers, close };
}

/** Answers with JSON. */
export function answerJson(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (_seen, response) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Answers with a problem (RFC 9457). */
export function answerProblem(status: number, code: string, headers: Record<string, string> = {}): Answer {
  return answerJson(status, { type: 'about:blank', title: 'x', status, detail: `because of ${code}`, instance: 'req-1', code }, headers);
}

/** Cuts the connection. */
export const hangUp: Answer = (_seen, response) => void response.destroy();
