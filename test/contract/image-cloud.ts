import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrapIdentity, cloudKeys, createPasswordChecker, createProject, createUser, fileBlobStore, grantRole, issueToken, listRoles, type Cloud, type Hosts } from '@novadock/cloud';
import { buildApp } from '@novadock/control-plane';
import { createTestDatabase } from '@novadock/testing';

export type Reply = { status: number; body: never; text: string; headers: Record<string, string | string[] | number | undefined> };
export type Call = { token?: string; body?: unknown; type?: string; headers?: Record<string, string> };
type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const password = 'secret';
const domain = { id: 'default' };
export const patchType = 'application/openstack-images-v2.1-json-patch';

/** A new cloud with an administrator and a member of another project, its HTTP side, and the words to talk to it. */
export async function createImageCloud() {
  const database = await createTestDatabase();
  const { store } = database;
  const blobDir = await mkdtemp(join(tmpdir(), 'novadock-blobs-'));
  const hosts: Hosts = { reader: () => { throw new Error('no host'); }, isUp: () => false, wake: () => true };
  const cloud: Cloud = { ...(await cloudKeys(store)), store, blobs: await fileBlobStore({ dir: blobDir }), hosts, passwords: createPasswordChecker() };
  await bootstrapIdentity(cloud, { adminPassword: password });
  const app = buildApp({ cloud, publicUrl: 'http://cloud.test' });

  const tokenOf = async (name: string) => (await issueToken(cloud, { proof: { method: 'password', user: { name, domain }, password }, scope: { project: { name, domain } } })).token;
  const demoProject = await createProject(cloud, { name: 'demo' });
  const demoUser = await createUser(cloud, { name: 'demo', password });
  const member = (await listRoles(cloud)).find(({ name }) => name === 'member')!;
  await grantRole(cloud, { userId: demoUser.id, target: demoProject.id, roleId: member.id });

  /** `call` is a method and a path below the image service: "GET /v2/images". */
  async function ask(call: string, { token = admin, body, type, headers = {} }: Call = {}): Promise<Reply> {
    const [method, url] = call.split(' ') as [Method, string];
    const isRaw = typeof body === 'string' || body instanceof Buffer;
    const contentType = type ?? 'application/json';
    const reply = await app.inject({
      method,
      url: `/image${url}`,
      headers: { accept: 'application/json', ...(token !== '' && { 'x-auth-token': token }), ...(body !== undefined && { 'content-type': contentType }), ...headers },
      ...(body !== undefined && { payload: isRaw ? body : JSON.stringify(body) }),
    });
    const isJson = reply.headers['content-type'] === 'application/json' && reply.body !== '';
    return { status: reply.statusCode, body: (isJson ? reply.json() : undefined) as never, text: reply.body, headers: reply.headers };
  }

  const admin = await tokenOf('admin');
  const demo = await tokenOf('demo');

  /** An image, with these bytes where there are any; returns its id. */
  async function addImage(image: object = {}, bytes?: Buffer, token = admin): Promise<string> {
    const { id } = (await ask('POST /v2/images', { token, body: { name: 'hello', container_format: 'docker', disk_format: 'raw', ...image } })).body as { id: string };
    if (bytes !== undefined) await ask(`PUT /v2/images/${id}/file`, { token, body: bytes, type: 'application/octet-stream' });
    return id;
  }

  const show = async (id: string, token = admin) => (await ask(`GET /v2/images/${id}`, { token })).body as Record<string, unknown>;
  /** The names of the files in the blob store. */
  const blobs = async () => (await readdir(blobDir, { recursive: true, withFileTypes: true })).filter((file) => file.isFile()).map(({ name }) => name);
  const close = async () => {
    await app.close();
    await database.drop();
    await rm(blobDir, { recursive: true, force: true });
  };
  return { app, cloud, store, ask, admin, demo, demoProjectId: demoProject.id, addImage, show, blobs, close };
}

export type ImageCloud = Awaited<ReturnType<typeof createImageCloud>>;
