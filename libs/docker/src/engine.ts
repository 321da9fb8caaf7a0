import Docker from 'dockerode';
import type { Network } from './network/network.ts';

/** What the steps and reads of the driver work with. */
export type Engine = {
  cloudId: string;
  docker: Docker;
  /** For calls that wait for a guest, or stream: never given up. */
  patient: Docker;
  network: Network;
  /** How many CPUs the engine grants at most. */
  countCpus: () => Promise<number>;
  /** Root's authorized keys in an image, by the engine's id of the image. */
  imageKeys: Map<string, string>;
};

/** How long the engine may take over a call that waits for nothing. */
const callTimeoutMs = 120_000;

export function openEngine(options: { cloudId: string; socketPath: string; network: Network }): Engine {
  const { cloudId, socketPath, network } = options;
  const docker = new Docker({ socketPath, timeout: callTimeoutMs });
  let cpus: Promise<number> | undefined;
  const countCpus = () => {
    cpus ??= docker.info().then(({ NCPU }: { NCPU: number }) => NCPU);
    cpus.catch(() => (cpus = undefined));
    return cpus;
  };
  return { cloudId, docker, patient: new Docker({ socketPath }), network, countCpus, imageKeys: new Map() };
}
