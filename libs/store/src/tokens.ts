import type { Store } from './open-store.ts';

export type RoleRef = { id: string; name: string };

/** What a user who signs in is and may. Without a project where there is none, or none that is enabled. */
export type SignInRow = { userId: string; userName: string; passwordHash: string; projectId: string | null; projectName: string | null; roles: RoleRef[] };

/** What a role is sought on. `default`: on the user's default project, where there is one. */
export type SignInTarget = { projectId: string } | { projectName: string } | 'default' | 'system' | 'none';

const rolesOn = (target: string, more = '') => `(
  SELECT coalesce(json_agg(json_build_object('id', r.id, 'name', r.name) ORDER BY r.name), '[]')
  FROM "RoleAssignment" a JOIN "Role" r ON r.id = a."roleId" WHERE a."userId" = u.id AND a.target = ${target} ${more})`;

const signInSql = `SELECT u.id AS "userId", u.name AS "userName", u."passwordHash", p.id AS "projectId", p.name AS "projectName",
    ${rolesOn(`CASE WHEN $5 = 'system' THEN 'system' ELSE p.id END`)} AS roles
  FROM "User" u LEFT JOIN "Project" p ON p.enabled AND (p.id = CASE WHEN $5 = 'default' THEN u."defaultProjectId" ELSE $3 END OR (p."domainId" = 'default' AND p.name = $4))
  WHERE u.enabled AND (u.id = $1 OR (u."domainId" = 'default' AND u.name = $2))`;

/** The enabled user who signs in; undefined when there is none. */
export async function findSignIn(store: Store, user: { id: string } | { name: string }, target: SignInTarget): Promise<SignInRow | undefined> {
  const { id = null, name = null } = user as { id?: string; name?: string };
  const { projectId = null, projectName = null } = (typeof target === 'string' ? {} : target) as { projectId?: string; projectName?: string };
  const values = [id, name, projectId, projectName, typeof target === 'string' ? target : 'project'];
  return (await store.pool.query<SignInRow>({ name: 'find-sign-in', text: signInSql, values })).rows[0];
}

/** What a token says, as far as the database can tell whether it still holds. `target`: a project's id, "system" or null. */
export type TokenKey = { userId: string; target: string | null; credentialId: string | null; auditIds: string[] };

export type TokenRow = { userName: string; passwordHash: string; projectName: string | null; credentialId: string | null; roles: RoleRef[] };

const tokenSql = `SELECT u.name AS "userName", u."passwordHash", p.name AS "projectName", c.id AS "credentialId",
    ${rolesOn('$2', 'AND (c.id IS NULL OR a."roleId" = ANY(c."roleIds"))')} AS roles
  FROM "User" u LEFT JOIN "Project" p ON p.id = $2 AND p.enabled
  LEFT JOIN "ApplicationCredential" c ON c.id = $3 AND c."userId" = u.id AND (c."expiresAt" IS NULL OR c."expiresAt" > now())
  WHERE u.id = $1 AND u.enabled AND NOT EXISTS (SELECT 1 FROM "RevokedToken" t WHERE t."auditId" = ANY($4))`;

/** What stands behind a token; undefined when its user is gone or disabled, or it was revoked. One query: it is on the way of each request. */
export async function findTokenSubject(store: Store, { userId, target, credentialId, auditIds }: TokenKey): Promise<TokenRow | undefined> {
  return (await store.pool.query<TokenRow>({ name: 'find-token-subject', text: tokenSql, values: [userId, target, credentialId, auditIds] })).rows[0];
}

/** Voids the token with this audit id and those made from it; forgets voided ones that have expired since. */
export async function insertRevokedToken(store: Store, row: { auditId: string; expiresAt: Date }): Promise<void> {
  await store.prisma.revokedToken.deleteMany({ where: { expiresAt: { lt: new Date() } } });
  await store.prisma.revokedToken.createMany({ data: row, skipDuplicates: true });
}
