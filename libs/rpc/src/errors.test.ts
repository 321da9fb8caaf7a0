import { status } from '@grpc/grpc-js';
import { CloudError } from '@novadock/model';
import { expect, test } from 'vitest';
import { fromGrpcError, toGrpcError } from './errors.ts';

test.each(['invalid', 'unauthenticated', 'forbidden', 'notFound', 'conflict', 'exhausted', 'unavailable', 'internal'] as const)('%s goes there and back with its message and reason', (code) => {
  expect(fromGrpcError(toGrpcError(new CloudError(code, 'why', { reason: 'name' })))).toMatchObject({ code, message: 'why', reason: 'name' });
});

test.each([
  [status.INTERNAL, 'Received RST_STREAM with code 0', 'unavailable'],
  [status.INTERNAL, 'Received RST_STREAM with code 2 (Internal server error)', 'unavailable'],
  [status.CANCELLED, 'Call cancelled', 'unavailable'],
  [status.DEADLINE_EXCEEDED, 'Deadline exceeded', 'unavailable'],
  [status.INTERNAL, 'a fault', 'internal'],
  [status.UNIMPLEMENTED, 'no such call', 'internal'],
])('of status %i, "%s" is %s', (code, details, expected) => {
  expect(fromGrpcError({ code, details }).code).toBe(expected);
});
