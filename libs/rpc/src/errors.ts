import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { CloudError, toCloudError, type ErrorCode } from '@novadock/model';

const toStatus = {
  invalid: status.INVALID_ARGUMENT,
  unauthenticated: status.UNAUTHENTICATED,
  forbidden: status.PERMISSION_DENIED,
  notFound: status.NOT_FOUND,
  conflict: status.FAILED_PRECONDITION,
  exhausted: status.RESOURCE_EXHAUSTED,
  unavailable: status.UNAVAILABLE,
  internal: status.INTERNAL,
} satisfies Record<ErrorCode, status>;

const fromStatus = new Map<status, ErrorCode>([
  ...Object.entries(toStatus).map(([code, number]) => [number, code as ErrorCode] as const),
  [status.CANCELLED, 'unavailable'],
  [status.DEADLINE_EXCEEDED, 'unavailable'],
  [status.ALREADY_EXISTS, 'conflict'],
  [status.ABORTED, 'unavailable'],
]);

const reasonKey = 'novadock-reason';

/** An error as gRPC sends it: status, message and, as metadata, the reason. */
export function toGrpcError(error: unknown): Partial<ServiceError> {
  const { code, message, reason } = toCloudError(error);
  const metadata = new Metadata();
  if (reason !== undefined) metadata.set(reasonKey, reason);
  return { code: toStatus[code], details: message, metadata };
}

/** The CloudError that a failed call stands for. */
export function fromGrpcError(error: unknown): CloudError {
  if (error instanceof CloudError) return error;
  const failure = error as Partial<ServiceError>;
  const reason = failure.metadata?.get(reasonKey)[0];
  const code = wasCutOff(failure) ? 'unavailable' : (fromStatus.get(failure.code ?? status.UNKNOWN) ?? 'internal');
  return new CloudError(code, failure.details ?? String(error), { cause: error, ...(reason === undefined ? {} : { reason: String(reason) }) });
}

/** grpc-js calls it INTERNAL when the other side goes away under a call (its server's forceShutdown, a kill): that is nobody's fault, and over with the next connection. */
function wasCutOff({ code, details }: Partial<ServiceError>): boolean {
  return code === status.INTERNAL && /^Received RST_STREAM\b/.test(details ?? '');
}
