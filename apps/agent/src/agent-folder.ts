import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '@novadock/host-setup';

/** Who a host is, once it is enrolled: what the control plane and its own key made of it. `url`: where the control plane answers. PEM where it is a certificate or key. */
export type Enrolled = { hostId: string; cloudId: string; name: string; address: string; url: string; authority: string; certificate: string; key: string };

/** What the agent keeps on disk, all below one folder that only its user can read. */
export type AgentFolder = {
  file(name: string): string;
  readEnrolled(): Promise<Enrolled | undefined>;
  writeEnrolled(enrolled: Enrolled): Promise<void>;
  /** The key that a host asks to have certified, from before it is. */
  readKey(): Promise<string | undefined>;
  writeKey(key: string): Promise<void>;
  /** The machine that was enrolled, as readOwnMachineId names it: not in host.json, which is renewed with the certificate. Undefined where that is not known. */
  readMachineId(): Promise<string | undefined>;
  writeMachineId(id: string | undefined): Promise<void>;
};

/** `home`: Novadock's folder on this host. */
export async function openAgentFolder(home: string): Promise<AgentFolder> {
  const folder = join(home, 'agent');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = (name: string) => join(folder, name);
  // On disk when it returns: a token that is used up makes no second host of a machine whose power was cut.
  const write = (name: string, content: string) => replaceFile({ file: file(name), content, mode: 0o600 });
  const readIfThere = (name: string) => readFile(file(name), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return {
    file,
    readKey: () => readIfThere('key.pem'),
    writeKey: (key) => write('key.pem', key),
    readMachineId: async () => (await readIfThere('machine'))?.trim() || undefined,
    writeMachineId: (id = '') => write('machine', `${id}\n`),
    readEnrolled: async () => {
      const certificate = await readIfThere('certificate.pem');
      if (certificate === undefined) return undefined;
      const [host, authority, key] = await Promise.all([readFile(file('host.json'), 'utf8'), readFile(file('authority.pem'), 'utf8'), readFile(file('key.pem'), 'utf8')]);
      return { ...(JSON.parse(host) as Omit<Enrolled, 'authority' | 'certificate' | 'key'>), authority, certificate, key };
    },
    writeEnrolled: async ({ authority, certificate, key, ...host }) => {
      await write('authority.pem', authority);
      await write('key.pem', key);
      await write('host.json', `${JSON.stringify(host, undefined, 2)}\n`);
      // The last one: with it, the host is enrolled.
      await write('certificate.pem', certificate);
    },
  };
}
