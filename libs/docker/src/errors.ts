import { CloudError, toCloudError, type ErrorCode } from '@novadock/model';

/** What dockerode throws: `statusCode` when the engine answered, `code` when the socket failed. */
export type DockerFailure = Error & { statusCode?: number; code?: string; json?: { message?: string } | null };

type Rule = { status?: number; says?: RegExp; code: ErrorCode; reason?: string; message?: string };

/** The engine's answers, first match first. Without a message of ours, the engine's own is given on. */
const rules: readonly Rule[] = [
  { status: 404, says: /no such image|image not known/i, code: 'conflict', reason: 'imageMissing', message: 'The host does not have the image. It was removed there; try again to have it sent anew.' },
  { status: 404, code: 'notFound' },
  { status: 409, says: /removal of container .* is already in progress/i, code: 'unavailable' },
  { status: 409, code: 'conflict' },
  { status: 400, code: 'invalid' },
  { status: 503, code: 'unavailable' },
  { says: /no space left on device/i, code: 'exhausted', reason: 'diskFull', message: 'The disk of the host is full.' },
  { says: /context deadline exceeded|transport is closing|connection error|containerd.*(connection refused|unavailable)/i, code: 'unavailable' },
  { code: 'internal' },
];

/** What a failed call to the engine means: the only place that reads its statuses and texts. An engine that does not answer is `unavailable`. */
export function fromDockerError(error: unknown): CloudError {
  if (error instanceof CloudError) return error;
  const failure = error as DockerFailure;
  if (failure.statusCode === undefined) return fromSocketError(failure);
  const said = failure.json?.message ?? failure.message;
  const rule = rules.find(({ status, says }) => (status === undefined || status === failure.statusCode) && (says === undefined || says.test(said)));
  const { code = 'internal', reason, message } = rule ?? {};
  return new CloudError(code, message ?? `The Docker Engine says: ${essence(said)}`, { cause: error, ...(reason === undefined ? {} : { reason }) });
}

/** What a runtime could not do, without the names of all who passed that on. */
function essence(said: string): string {
  return said.replace(/^.*unable to start container process: /s, '').replace(/: unknown$/, '').trim();
}

const lost = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'EAGAIN', 'ETIMEDOUT', 'EACCES']);

function fromSocketError(failure: DockerFailure): CloudError {
  if (failure.code === undefined || !lost.has(failure.code)) return toCloudError(failure);
  return new CloudError('unavailable', `The Docker Engine does not answer (${failure.message}).`, { reason: 'engineDown', cause: failure });
}

/** Whether the engine answered with one of these statuses. */
export function hasStatus(error: unknown, ...statuses: number[]): boolean {
  return statuses.includes((error as DockerFailure).statusCode ?? 0);
}

/** Awaits a call whose purpose was reached already when the engine answers with one of these statuses. */
export async function ignoring(statuses: number[], call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!hasStatus(error, ...statuses)) throw fromDockerError(error);
  }
}
