import { bootstrapIdentity, cloudKeys, createPasswordChecker, type BlobStore, type Cloud, type Hosts } from '@novadock/cloud';
import { buildApp } from '@novadock/control-plane';
import { createTestDatabase } from '@novadock/testing';

export type Reply = { status: number; body: never; text: string; headers: Record<string, string | string[] | number | undefined> };
export type Call = { token?: string; body?: unknown; headers?: Record<string, string> };
type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export const password = 'ospeer';

/** A new cloud without hosts and images, its HTTP side, and the words to talk to it. */
export async function createIdentityCloud() {
  const database = await createTestDatabase();
  const { store } = database;
  const hosts: Hosts = { reader: () => { throw new Error('no host'); }, isUp: () => true, wake: () => true };
  const cloud: Cloud = { ...(await cloudKeys(store)), store, blobs: {} as BlobStore, hosts, passwords: createPasswordChecker() };
  await bootstrapIdentity(cloud, { adminPassword: password });
  const app = buildApp({ cloud, publicUrl: 'http://cloud.test' });

  /** `call` is a method and a path: "GET /identity/v3". */
  async function ask(call: string, { token, body, headers = {} }: Call = {}): Promise<Reply> {
    const [method, url] = call.split(' ') as [Method, string];
    const reply = await app.inject({
      method,
      url,
      headers: { ...headers, ...(token === undefined ? {} : { 'x-auth-token': token }), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const isJson = String(reply.headers['content-type'] ?? '').startsWith('application/json') && reply.body !== '';
    return { status: reply.statusCode, body: (isJson ? reply.json() : undefined) as never, text: reply.body, headers: reply.headers };
  }

  /** A request for a token; the user and project are in the one domain. */
  const signIn = (user: { name: string; password?: string }, scope: unknown = { project: { name: user.name, domain: { id: 'default' } } }) =>
    ask('POST /identity/v3/auth/tokens', {
      body: { auth: { identity: { methods: ['password'], password: { user: { name: user.name, domain: { id: 'default' }, password: user.password ?? password } } }, ...(scope === undefined ? {} : { scope }) } },
    });

  const tokenOf = async (name: string) => String((await signIn({ name })).headers['x-subject-token']);
  const admin = await tokenOf('admin');

  /** A project and a user of the same name who is a member of it. */
  async function addUser(name: string): Promise<{ token: string; userId: string; projectId: string }> {
    const { project } = (await ask('POST /identity/v3/projects', { token: admin, body: { project: { name } } })).body as { project: { id: string } };
    const { user } = (await ask('POST /identity/v3/users', { token: admin, body: { user: { name, password } } })).body as { user: { id: string } };
    const { roles } = (await ask('GET /identity/v3/roles?name=member', { token: admin })).body as { roles: { id: string }[] };
    await ask(`PUT /identity/v3/projects/${project.id}/users/${user.id}/roles/${roles[0]?.id}`, { token: admin });
    return { token: await tokenOf(name), userId: user.id, projectId: project.id };
  }

  const close = async () => {
    await app.close();
    await database.drop();
  };
  return { app, cloud, store, ask, signIn, tokenOf, admin, addUser, close };
}

export type IdentityCloud = Awaited<ReturnType<typeof createIdentityCloud>>;
