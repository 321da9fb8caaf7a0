import { CloudError } from '@novadock/model';
import { findTokenSubject, systemTarget, type RoleRef, type TokenRow } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { passwordMark } from './password-checker.ts';
import { decodeToken, type TokenClaims } from './token-format.ts';

/** All that a token stands for. Without a project in system scope and in unscoped tokens, which also have no roles. */
export type TokenView = {
  user: { id: string; name: string };
  project: { id: string; name: string } | undefined;
  system: boolean;
  roles: RoleRef[];
  methods: string[];
  auditIds: string[];
  issuedAt: Date;
  expiresAt: Date;
};

/** What a token stands for now. Throws `unauthenticated` when it is forged, expired or revoked, or its user, project or roles are gone. */
export async function readToken({ store, tokenKey }: Pick<Cloud, 'store' | 'tokenKey'>, token: string): Promise<TokenView> {
  const claims = decodeToken(tokenKey, token);
  const subject = claims && (await findTokenSubject(store, claims));
  if (claims === undefined || subject === undefined || !isValid(claims, subject)) throw unauthenticated();
  const { userId, target, methods, auditIds } = claims;
  return {
    user: { id: userId, name: subject.userName },
    project: target === null || subject.projectName === null ? undefined : { id: target, name: subject.projectName },
    system: target === systemTarget,
    roles: subject.roles,
    methods,
    auditIds,
    issuedAt: new Date(claims.issuedAtMs),
    expiresAt: new Date(claims.expiresAtMs),
  };
}

/** Whether what a token was issued for is still so. */
function isValid({ target, credentialId, passwordMark: mark }: TokenClaims, subject: TokenRow): boolean {
  if (mark !== passwordMark(subject.passwordHash) || credentialId !== subject.credentialId) return false;
  if (target === null) return true;
  return subject.roles.length > 0 && (target === systemTarget || subject.projectName !== null);
}

/** The one answer to whoever cannot be signed in: it does not say why, so that nobody learns which users and projects there are. */
export function unauthenticated(): CloudError {
  return new CloudError('unauthenticated', 'The request you have made requires authentication.');
}
