/** What went wrong, as far as a caller can act on it. */
export const errorCodes = ['invalid', 'unauthenticated', 'forbidden', 'notFound', 'conflict', 'exhausted', 'unavailable', 'internal'] as const;
export type ErrorCode = (typeof errorCodes)[number];

/**
 * The one error of the system. `message` is for the user and says what to do; `cause` is for the log.
 * Only `unavailable` is worth a retry. `reason` is a stable name for programs: "NetworkInUse", "imageMissing", …
 */
export class CloudError extends Error {
  readonly code: ErrorCode;
  readonly reason: string | undefined;

  constructor(code: ErrorCode, message: string, options: { reason?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CloudError';
    this.code = code;
    this.reason = options.reason;
  }
}

/** Turns whatever was thrown into a CloudError; what is not one already is `internal`. */
export function toCloudError(error: unknown): CloudError {
  if (error instanceof CloudError) return error;
  return new CloudError('internal', 'An unexpected fault; the log of the control plane says more.', { cause: error });
}
