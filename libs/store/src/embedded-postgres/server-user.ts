import { readFileSync, statSync } from 'node:fs';
import { CloudError } from '@novadock/model';

export type ServerUser = { name: string; uid: number; gid: number };

/** The user to run the server on `dataDir` as: undefined is this process's own. Throws when root has nobody to hand over to. */
export function serverUser({ dataDir, uid = process.getuid?.(), passwd }: { dataDir: string; uid?: number; passwd?: string }): ServerUser | undefined {
  // PostgreSQL refuses root, and any user that has no line in passwd.
  if (uid !== 0) return undefined;
  const lines = (passwd ?? readFileSync('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const data = statSync(dataDir, { throwIfNoEntry: false });
  if (data?.uid === 0) {
    throw new CloudError('unavailable', `${dataDir} belongs to root, as whom PostgreSQL does not run. Give it back to its user: chown -R postgres: ${dataDir}`);
  }
  const line = data
    ? lines.find((fields) => fields[2] === String(data.uid))
    : // `nobody` comes second, for other services may run as it as well.
      (lines.find((fields) => fields[0] === 'postgres') ?? lines.find((fields) => fields[0] === 'nobody'));
  if (line) return { name: line[0] ?? '', uid: Number(line[2]), gid: Number(line[3]) };
  const wanted = data ? `the owner of ${dataDir} (${data.uid}) is not in /etc/passwd` : 'there is no user "postgres" or "nobody"';
  throw new CloudError('unavailable', `PostgreSQL does not run as root, and ${wanted}. Create a user (useradd --system postgres), or start Novadock as another user.`);
}
