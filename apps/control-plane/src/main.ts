import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { bootstrapCloud, claimBlobFolder, cloudKeys, createPasswordChecker, fileBlobStore, recoverUploads, type Cloud } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import { publicKeyPin } from '@novadock/rpc';
import { adoptRestoredEvents, applyMigrations, openStore, releaseHosts, startEmbeddedPostgres } from '@novadock/store';
import closeWithGrace from 'close-with-grace';
import { pino } from 'pino';
import { buildApp } from './app.ts';
import { readConfig, type Config } from './config.ts';
import { ownHosts } from './loops/own-hosts.ts';
import { runRollouts } from './loops/run-rollouts.ts';
import { createMetrics } from './metrics.ts';
import { notifyReady } from './notify-ready.ts';
import { reachableUrl } from './routes/v1/join-tokens/reachable-url.ts';
import { apiNames } from './tls/api-names.ts';
import { givenCertificate } from './tls/given-certificate.ts';
import { openApiTls } from './tls/open-api-tls.ts';
import { ownCertificate } from './tls/own-certificate.ts';
import { renewIdentity } from './tls/renew-identity.ts';
import { writeCredentials } from './write-credentials.ts';

const recoverUploadsMs = 10_000;

/** Starts the control plane and returns how to stop it. */
async function start(config: Config) {
  const log = pino({ level: config.logLevel });
  const database = config.databaseUrl === undefined ? await startEmbeddedPostgres({ dir: join(config.home, 'db') }) : { url: config.databaseUrl, stop: async () => {} };
  await applyMigrations({ url: database.url });
  const store = openStore(database.url);
  await adoptRestoredEvents(store);
  // Nobody else can be alive on an embedded database, so no lease of a former run is waited for.
  if (config.databaseUrl === undefined) await releaseHosts(store, 'all');
  const keys = await cloudKeys(store);
  const source = config.tls === undefined ? ownCertificate({ authority: keys.authority, key: keys.apiKey, names: () => apiNames(config.publicUrl) }) : givenCertificate(config.tls);
  const tls = await openApiTls({ source, log });
  const renewing = await renewIdentity({ authority: keys.authority, log });
  const metrics = createMetrics();
  const controllerUrl = config.publicUrl ?? reachableUrl(`https://127.0.0.1:${config.port}`);
  const owner = ownHosts({ replicaId: randomUUID(), identity: renewing.identity, log, controllerUrl, onSetupRecorded: metrics.observeSetup });
  await claimBlobFolder({ store, dir: config.blobs });
  const blobs = await fileBlobStore({ dir: config.blobs });
  const cloud: Cloud = {
    ...keys, store, blobs, hosts: owner, passwords: createPasswordChecker(),
    get publicKeyPin() {
      return publicKeyPin(tls.certificate().cert);
    },
  };
  await bootstrapCloud(cloud, { adminPassword: config.adminPassword, savePassword: (password) => writeCredentials({ home: config.home, port: config.port, password }) });
  await recoverUploads(cloud, { alone: config.databaseUrl === undefined });
  const recovering = setInterval(() => void recoverUploads(cloud).catch((err: unknown) => log.warn({ err }, 'uploads that broke off were not cleaned up')), recoverUploadsMs);
  const app = buildApp({ cloud, publicUrl: config.publicUrl, agentPackages: config.agentPackages, metrics }, { logger: log, tls });
  await app.ready();
  await owner.start(cloud);
  const rollouts = runRollouts({ log, onAdvanced: metrics.observeRollout });
  await rollouts.start(cloud);
  await app.listen({ host: config.listen, port: config.port, listenTextResolver: (address) => `API at ${address.replace('http:', 'https:')}` }).catch((error: NodeJS.ErrnoException) => {
    throw new CloudError('unavailable', `Port ${config.port} cannot be listened on (${error.code ?? error.message}). Is another control plane running? NOVADOCK_PORT chooses another port.`, { cause: error });
  });
  log.info({ port: config.port, home: config.home }, 'control plane is ready');
  await notifyReady(process.env);
  return {
    log,
    stop: async () => {
      clearInterval(recovering);
      tls.close();
      renewing.close();
      await app.close();
      await rollouts.stop();
      await owner.stop();
      await store.close();
      await database.stop();
    },
  };
}

try {
  const { log, stop } = await start(readConfig(process.env));
  closeWithGrace({ delay: 10_000, logger: log }, async ({ err }) => {
    if (err !== undefined) log.fatal({ err }, 'stopping because of a fault');
    await stop();
  });
} catch (error) {
  if (!(error instanceof CloudError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
