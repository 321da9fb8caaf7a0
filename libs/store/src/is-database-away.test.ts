import { expect, test } from 'vitest';
import { isDatabaseAway } from './is-database-away.ts';

const error = (message: string, fields: object = {}) => Object.assign(new Error(message), fields);
const byPrisma = (code: string, cause?: object) => error('Invalid invocation', { code, clientVersion: '7', ...(cause === undefined ? {} : { meta: { driverAdapterError: { cause } } }) });

test.each([
  ['nobody listens', error('connect ECONNREFUSED 127.0.0.1:5432', { code: 'ECONNREFUSED', syscall: 'connect' })],
  ['nobody listens at any of its addresses', Object.assign(new AggregateError([error('connect ECONNREFUSED ::1:5432', { code: 'ECONNREFUSED', syscall: 'connect' })]), { code: 'ECONNREFUSED' })],
  ['its socket is gone', error('connect ENOENT /run/.s.PGSQL.5432', { code: 'ENOENT', syscall: 'connect' })],
  ['its socket is gone, by Prisma', byPrisma('ENOENT')],
  ['its name is not known for the moment', error('getaddrinfo EAI_AGAIN db', { code: 'EAI_AGAIN', syscall: 'getaddrinfo' })],
  ['it is shut down', error('terminating connection due to administrator command', { code: '57P01', severity: 'FATAL' })],
  ['it starts', error('the database system is starting up', { code: '57P03', severity: 'FATAL' })],
  ['it takes no more connections', error('too many clients already', { code: '53300' })],
  ['a connection failed', error('connection failure', { code: '08006' })],
  ['a connection broke', error('Connection terminated unexpectedly')],
  ['a connection broke, by Prisma', error('Connection terminated unexpectedly', { clientVersion: '7' })],
  ['a connection broke before', error('Client has encountered a connection error and is not queryable')],
  ['Prisma does not reach it', byPrisma('P1001', { kind: 'DatabaseNotReachable' })],
  ['Prisma lost it', byPrisma('P1017', { kind: 'ConnectionClosed' })],
  ['a query by hand does not reach it', byPrisma('P2010', { kind: 'DatabaseNotReachable' })],
  ['a query by hand was ended', byPrisma('P2010', { kind: 'postgres', originalCode: '57P01' })],
])('away: %s', (_, thrown) => {
  expect(isDatabaseAway(thrown)).toBe(true);
});

test.each([
  ['a file is not there', error('ENOENT: no such file', { code: 'ENOENT', syscall: 'open' })],
  ['a client went away', error('aborted', { code: 'ECONNRESET' })],
  ['a statement is wrong', error('syntax error', { code: '42601' })],
  ['a query by hand is wrong', byPrisma('P2010', { kind: 'postgres', originalCode: '42601' })],
  ['a row is there already', byPrisma('P2002', { kind: 'UniqueConstraintViolation' })],
  ['a password is wrong', byPrisma('P1000', { kind: 'AuthenticationFailed' })],
  ['a mistake of ours', new TypeError('x is not a function')],
  ['no error', undefined],
])('not away: %s', (_, thrown) => {
  expect(isDatabaseAway(thrown)).toBe(false);
});
