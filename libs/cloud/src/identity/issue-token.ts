import { randomBytes } from 'node:crypto';
import { CloudError } from '@novadock/model';
import { findApplicationCredential, findApplicationCredentialByName, findSignIn, systemTarget, type ApplicationCredential, type SignInRow, type SignInTarget } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { isDefaultDomain, type DomainRef } from './domain.ts';
import { impossibleHash, passwordMark } from './password-checker.ts';
import { readToken, unauthenticated, type TokenView } from './read-token.ts';
import { decodeToken, encodeToken, type TokenClaims } from './token-format.ts';

export type UserRef = { id?: string; name?: string; domain?: DomainRef };

/** How to prove who one is. */
export type Proof =
  | { method: 'password'; user: UserRef; password: string }
  | { method: 'token'; token: string }
  | { method: 'application_credential'; id?: string; name?: string; user?: UserRef; secret: string };

/** What a token is to be good for. `default`: the user's default project, else nothing but asking for another token. */
export type Scope = { project: { id?: string; name?: string; domain?: DomainRef } } | 'domain' | 'system' | 'none' | 'default';

export type SignIn = { proof: Proof; scope: Scope };

const ttlMs = 3_600_000;

type Grant = { row: SignInRow; target: string | null } & Pick<TokenClaims, 'credentialId' | 'methods'> & { parent?: TokenClaims };

/** A new token, and what it stands for. Throws `unauthenticated` and does not say why, whatever of the proof or scope is wrong. */
export async function issueToken(cloud: Cloud, { proof, scope }: SignIn): Promise<{ token: string; view: TokenView }> {
  const grant = await prove(cloud, proof, scope);
  const { row, target, credentialId, methods, parent } = grant;
  if (target !== null && row.roles.length === 0) throw unauthenticated();
  const issuedAtMs = Date.now();
  const parentId = parent?.auditIds.at(-1);
  const claims: TokenClaims = {
    userId: row.userId,
    passwordMark: passwordMark(row.passwordHash),
    target,
    credentialId,
    methods,
    auditIds: [randomBytes(16).toString('base64url'), ...(parentId === undefined ? [] : [parentId])],
    issuedAtMs,
    // A token made from another does not outlive it.
    expiresAtMs: parent?.expiresAtMs ?? issuedAtMs + ttlMs,
  };
  return { token: encodeToken(cloud.tokenKey, claims), view: toView(row, claims) };
}

function prove(cloud: Cloud, proof: Proof, scope: Scope): Promise<Grant> {
  if (proof.method === 'password') return provePassword(cloud, proof, scope);
  return proof.method === 'token' ? proveToken(cloud, proof.token, scope) : proveCredential(cloud, proof, scope);
}

async function provePassword(cloud: Cloud, { user, password }: Proof & { method: 'password' }, scope: Scope): Promise<Grant> {
  const row = await findUserFor(cloud, user, scope);
  const isRight = await cloud.passwords.verify({ subjectId: row?.userId ?? '', password, hash: row?.passwordHash ?? impossibleHash });
  if (row === undefined || !isRight) throw unauthenticated();
  return { row, target: targetOf(row, scope), credentialId: null, methods: ['password'] };
}

async function proveToken(cloud: Cloud, token: string, scope: Scope): Promise<Grant> {
  await readToken(cloud, token);
  const parent = decodeToken(cloud.tokenKey, token);
  if (parent === undefined) throw unauthenticated();
  if (parent.credentialId !== null) throw new CloudError('forbidden', 'A token of an application credential cannot be exchanged for another: sign in with the credential again.');
  const row = await findUserFor(cloud, { id: parent.userId }, scope);
  if (row === undefined) throw unauthenticated();
  return { row, target: targetOf(row, scope), credentialId: null, methods: ['token', ...parent.methods.filter((method) => method !== 'token')], parent };
}

async function proveCredential(cloud: Cloud, proof: Proof & { method: 'application_credential' }, scope: Scope): Promise<Grant> {
  if (scope !== 'default') throw new CloudError('unauthenticated', 'Application credentials cannot request a scope.');
  const { id, userId, projectId, roleIds } = await verifyCredential(cloud, proof);
  const row = await findSignIn(cloud.store, { id: userId }, { projectId });
  if (row === undefined || row.projectId === null) throw unauthenticated();
  const roles = row.roles.filter((role) => roleIds.includes(role.id));
  return { row: { ...row, roles }, target: projectId, credentialId: id, methods: ['application_credential'] };
}

async function verifyCredential(cloud: Cloud, proof: Proof & { method: 'application_credential' }): Promise<ApplicationCredential> {
  const credential = await findCredential(cloud, proof);
  const isRight = await cloud.passwords.verify({ subjectId: credential?.id ?? '', password: proof.secret, hash: credential?.secretHash ?? impossibleHash });
  if (credential === undefined || !isRight || isPast(credential.expiresAt)) throw unauthenticated();
  return credential;
}

async function findCredential({ store }: Cloud, { id, name, user }: Proof & { method: 'application_credential' }): Promise<ApplicationCredential | undefined> {
  if (id !== undefined) return (await findApplicationCredential(store, { id })) ?? undefined;
  if (name === undefined || user === undefined || !isDefaultDomain(user.domain)) return undefined;
  return findApplicationCredentialByName(store, { name, userId: user.id, userName: user.name });
}

function isPast(time: Date | null): boolean {
  return time !== null && time.getTime() <= Date.now();
}

/** The user, with their roles in the scope asked for. */
async function findUserFor({ store }: Cloud, user: UserRef, scope: Scope): Promise<SignInRow | undefined> {
  if (user.id !== undefined) return findSignIn(store, { id: user.id }, lookup(scope));
  if (user.name === undefined || !isDefaultDomain(user.domain)) return undefined;
  return findSignIn(store, { name: user.name }, lookup(scope));
}

function lookup(scope: Scope): SignInTarget {
  if (scope === 'domain') return 'none';
  if (typeof scope === 'string') return scope;
  const { id, name, domain } = scope.project;
  if (id !== undefined) return { projectId: id };
  return name !== undefined && isDefaultDomain(domain) ? { projectName: name } : 'none';
}

/** What the token will be good for. Nobody has a role on the domain. */
function targetOf(row: SignInRow, scope: Scope): string | null {
  if (scope === 'none') return null;
  if (scope === 'system') return systemTarget;
  if (scope === 'default') return row.roles.length > 0 ? row.projectId : null;
  if (row.projectId === null) throw unauthenticated();
  return row.projectId;
}

function toView({ userId, userName, projectId, projectName, roles }: SignInRow, { target, methods, auditIds, issuedAtMs, expiresAtMs }: TokenClaims): TokenView {
  return {
    user: { id: userId, name: userName },
    project: target === null || projectId === null ? undefined : { id: projectId, name: projectName ?? '' },
    system: target === systemTarget,
    roles: target === null ? [] : roles,
    methods,
    auditIds,
    issuedAt: new Date(issuedAtMs),
    expiresAt: new Date(expiresAtMs),
  };
}
