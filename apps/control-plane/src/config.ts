import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { CloudError } from '@novadock/model';

/** Settings of the control plane; docs/configuration.md lists the variables. */
export type Config = {
  home: string;
  listen: string;
  port: number;
  /** The URL by which clients reach it; undefined: as each client wrote it. */
  publicUrl: string | undefined;
  /** An external PostgreSQL; undefined: the embedded one. */
  databaseUrl: string | undefined;
  /** Folder of the images' bytes; replicas share it. */
  blobs: string;
  /** Folder of what hosts install as their agent; undefined: where `npm run package-agent` puts it. */
  agentPackages: string | undefined;
  /** Of the first start; undefined: one is made up. */
  adminPassword: string | undefined;
  logLevel: string;
  /** PEM files of the certificate that the API shows; undefined: one by the cloud's own authority. */
  tls: { certificate: string; key: string } | undefined;
};

/** Reads the settings; an empty variable is one that is not set. Throws `invalid` naming the variable that is wrong. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const env = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const home = resolve(env.NOVADOCK_HOME ?? join(homedir(), '.novadock'));
  const publicUrl = env.NOVADOCK_PUBLIC_URL?.replace(/\/+$/, '');
  if (publicUrl !== undefined && !URL.canParse(publicUrl)) throw new CloudError('invalid', `NOVADOCK_PUBLIC_URL is ${publicUrl}; it must be a URL such as http://cloud.example:8774.`);
  return {
    home,
    listen: env.NOVADOCK_LISTEN ?? '0.0.0.0',
    port: readPort(env),
    publicUrl,
    databaseUrl: env.DATABASE_URL,
    blobs: resolve(env.NOVADOCK_BLOBS ?? join(home, 'blobs')),
    agentPackages: env.NOVADOCK_AGENT_PACKAGES === undefined ? undefined : resolve(env.NOVADOCK_AGENT_PACKAGES),
    adminPassword: env.NOVADOCK_ADMIN_PASSWORD,
    logLevel: env.NOVADOCK_LOG_LEVEL ?? 'info',
    tls: readTls(env),
  };
}

function readPort({ NOVADOCK_PORT: given = '8774' }: NodeJS.ProcessEnv): number {
  const port = Number(given);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new CloudError('invalid', `NOVADOCK_PORT is ${given}; it must be a port, 1 to 65535.`);
  return port;
}

function readTls({ NOVADOCK_TLS_CERTIFICATE: certificate, NOVADOCK_TLS_KEY: key }: NodeJS.ProcessEnv): Config['tls'] {
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate === undefined || key === undefined) throw new CloudError('invalid', 'NOVADOCK_TLS_CERTIFICATE and NOVADOCK_TLS_KEY go together: the PEM files of a certificate and of its key.');
  return { certificate: resolve(certificate), key: resolve(key) };
}
