import { createHmac, timingSafeEqual } from 'node:crypto';

/** What is written in a token; all else about it is read from the database when it is used. Times in ms since 1970. */
export type TokenClaims = {
  userId: string;
  /** Of the user's password when the token was issued: a new password voids it. */
  passwordMark: string;
  /** A project's id, "system", or null: unscoped. */
  target: string | null;
  /** The application credential that limits its roles. */
  credentialId: string | null;
  methods: string[];
  /** Its own, then that of the first token that it was made from. */
  auditIds: string[];
  issuedAtMs: number;
  expiresAtMs: number;
};

/** The text of a token: its claims and an HMAC-SHA256 over them, both base64url. */
export function encodeToken(key: Buffer, claims: TokenClaims): string {
  const { userId, passwordMark, target, credentialId, methods, auditIds, issuedAtMs, expiresAtMs } = claims;
  const body = Buffer.from(JSON.stringify([userId, passwordMark, target, credentialId, methods, auditIds, issuedAtMs, expiresAtMs])).toString('base64url');
  return `${body}.${sign(key, body).toString('base64url')}`;
}

/** The claims of a token that `encodeToken` made with this key and that has not expired; undefined for any other text. */
export function decodeToken(key: Buffer, token: string): TokenClaims | undefined {
  const [body = '', signature = ''] = token.split('.');
  const given = Buffer.from(signature, 'base64url');
  const expected = sign(key, body);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const [userId, passwordMark, target, credentialId, methods, auditIds, issuedAtMs, expiresAtMs] = JSON.parse(Buffer.from(body, 'base64url').toString()) as [
    string, string, string | null, string | null, string[], string[], number, number,
  ];
  return expiresAtMs > Date.now() ? { userId, passwordMark, target, credentialId, methods, auditIds, issuedAtMs, expiresAtMs } : undefined;
}

function sign(key: Buffer, body: string): Buffer {
  // As text: of a buffer Node would first make a key object, which takes several times as long as the rest.
  return createHmac('sha256', key.toString('base64')).update(body).digest();
}
