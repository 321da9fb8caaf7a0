import type { ErrorCode } from '@novadock/model';

/** What scripts can rely on. */
export const exitCodes = {
  failure: 1,
  usage: 2,
  notFound: 3,
  unauthenticated: 4,
  forbidden: 5,
  conflict: 6,
  exhausted: 7,
  unavailable: 8,
  underWay: 9,
  interrupted: 130,
} as const;

export const errorExitCodes = {
  invalid: exitCodes.usage,
  unauthenticated: exitCodes.unauthenticated,
  forbidden: exitCodes.forbidden,
  notFound: exitCodes.notFound,
  conflict: exitCodes.conflict,
  exhausted: exitCodes.exhausted,
  unavailable: exitCodes.unavailable,
  internal: exitCodes.failure,
} as const satisfies Record<ErrorCode, number>;

export const exitCodesHelp = `
Exit codes:
  0  done                         5  forbidden
  1  failure                      6  conflict: its state does not allow it, or it failed
  2  wrong usage                  7  a quota or a limit is used up
  3  not found                    8  the control plane does not answer
  4  signing in failed            9  not done yet when the time to wait was over`;
