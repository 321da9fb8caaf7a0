import { createDriver } from '@novadock/docker';
import { ensureEngine, readHostFacts, setupSteps } from '@novadock/host-setup';
import { CloudError } from '@novadock/model';
import { createLiveIdentity, createStatusFeed, serveAgent } from '@novadock/rpc';
import type { Logger } from 'pino';
import { openAgentFolder, type Enrolled } from './agent-folder.ts';
import { agentVersion } from './agent-version.ts';
import { splitAddress, type Config } from './config.ts';
import { openEngineRecord } from './engine-record.ts';
import { openEpoch } from './epoch.ts';
import { followEngine } from './follow-engine.ts';
import { joinCloud } from './join-cloud.ts';
import { leaveHost } from './leave-host.ts';
import { keepCertificate } from './keep-certificate.ts';
import { createReconciler } from './reconcile.ts';
import { renewCertificate } from './renew-certificate.ts';
import { openRestartCounts } from './restart-counts.ts';
import { createAgentService } from './rpc/index.ts';
import { defaultProfile, openSetupContext, setupFolder } from './set-up.ts';
import { readAppliedProfile } from './setup/applied-profile.ts';
import { keepEngine } from './setup/keep-engine.ts';
import { openSetupRunner } from './setup/open-setup-runner.ts';
import { openUpdate } from './update/open-update.ts';

/** Serves the agent of this host until stopped; enrols it first where that is asked for and was not done. Containers are left alone when it stops. `ready`: of a version on trial. */
export async function serve(config: Config, log: Logger): Promise<{ ready: Promise<void> | undefined; stop: () => Promise<void> }> {
  if (process.getuid?.() !== 0) throw new CloudError('forbidden', 'The agent makes network namespaces, so it has to run as root (sudo).');
  const folder = await openAgentFolder(config.home);
  const enrolled = await joinCloud(config, folder);
  const { home } = config;
  const { connect: connectEngine, host, launch, paths, run } = await openSetupContext({ home, profile: defaultProfile, controllerUrl: undefined });
  const stopped = new AbortController();
  const { signal } = stopped;

  const driver = createDriver({ cloudId: enrolled.cloudId, socketPath: paths.socket, hostRoutes: isLoopback(enrolled.address) });
  const epoch = await openEpoch(folder.file('epoch'));
  const restartCounts = await openRestartCounts(folder.file('restarts'));
  const { bootedAtMs } = await readHostFacts({ connect: connectEngine, agentVersion });
  const engineRecord = await openEngineRecord({ file: folder.file('engine.json'), pidFile: paths.enginePidFile, bootedAtMs });
  const feed = createStatusFeed(() => reconciler.statuses());
  const reconciler = createReconciler({ driver, restartCounts, wasLostToRestart: engineRecord.wasLostToRestart, publish: feed.publish, log, signal });
  const { promise: synced, resolve: onSynced } = Promise.withResolvers<void>();

  const update = await openUpdate({ running: agentVersion, unit: config.unit, folder, enrolled, cpu: host.architecture, run, log });
  const ready = update.passed(epoch.heard);
  const setups = await openSetupRunner({
    folder: setupFolder(home), steps: [...setupSteps, update.step], resumeAfter: ready, onApply: update.forgetFailure,
    createContext: (wanted) => openSetupContext({ home, ...wanted }), log: log.child({ host: enrolled.name }),
  });

  const identity = createLiveIdentity(enrolled);
  const agent = createAgentService({ driver, reconciler, feed, epoch, connectEngine, synced, setups, leaveHost: () => leaveHost({ unit: config.unit, home, folder, run, log }) });
  const server = await serveAgent({ agent, address: listenAddress(config, enrolled), identity, onError: (rpc, error) => log.warn({ rpc, err: error }, 'a call failed') });
  log.info({ host: enrolled.name, id: enrolled.hostId, port: server.port }, 'agent is ready');
  const following = followEngine({
    driver, reconciler, engineRecord, onSynced, log, signal,
    ensureEngine: () => keepEngine({ folder: setupFolder(home), root: '/', ensureEngine: () => ensureEngine({ serviceManager: host.serviceManager, connect: connectEngine, launch, paths, timeoutMs: 60_000 }) }),
    isPrepared: async () => (await readAppliedProfile(setupFolder(home)))?.state === 'applied',
  });
  const keeping = keepCertificate({
    enrolled, renew: renewCertificate, log, signal,
    onRenewed: async (renewed) => {
      identity.replace(renewed);
      await folder.writeEnrolled(renewed);
    },
  });
  return {
    ready,
    stop: async () => {
      stopped.abort();
      await setups.stop();
      await server.close();
      await following;
      await keeping;
    },
  };
}

/** Of a host that is found at its loopback, nobody else has to reach the agent. */
function listenAddress(config: Config, { address }: Enrolled): string {
  const { host, port } = splitAddress(address);
  const everywhere = host.startsWith('[') ? '[::]' : '0.0.0.0';
  return `${isLoopback(address) ? host : everywhere}:${config.port ?? port}`;
}

function isLoopback(address: string): boolean {
  return /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(splitAddress(address).host);
}
