import { Type } from 'typebox';

const defaultTimeoutSeconds = 60;

/** Query parameters by which a request is answered only when it is done. */
export function waitSchema<Status extends string>(status: Status) {
  return Type.Object(
    {
      wait: Type.Optional(Type.Literal(status, { description: 'Answer when it is done, or when the time is over.' })),
      timeout: Type.Optional(Type.Integer({ minimum: 1, maximum: 600, description: `How long to wait, in seconds; ${defaultTimeoutSeconds} unless said.` })),
    },
    { additionalProperties: false },
  );
}

/** How long a request is to wait. */
export function timeoutMsOf({ timeout = defaultTimeoutSeconds }: { timeout?: number }): number {
  return timeout * 1000;
}
