import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { decodeToken, encodeToken, type TokenClaims } from './token-format.ts';

const key = randomBytes(32);
const claims: TokenClaims = {
  userId: 'u', passwordMark: 'm', target: 'p', credentialId: null, methods: ['password'], auditIds: ['a'], issuedAtMs: Date.now(), expiresAtMs: Date.now() + 60_000,
};

test('a token gives back what was put in, in a form that fits a header', () => {
  const token = encodeToken(key, claims);
  expect(decodeToken(key, token)).toEqual(claims);
  expect(token).toMatch(/^[\w.-]{1,255}$/);
});

test('a token of another key, or a changed one, is none', () => {
  const token = encodeToken(key, claims);
  expect(decodeToken(randomBytes(32), token)).toBeUndefined();
  for (let at = 0; at < token.length; at += 7) {
    const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
    expect(decodeToken(key, changed)).toBeUndefined();
  }
});

test('an expired token is none', () => {
  expect(decodeToken(key, encodeToken(key, { ...claims, expiresAtMs: Date.now() - 1 }))).toBeUndefined();
});
