import { CloudError } from '@novadock/model';
import type { ConnectEngine } from './engine-answers.ts';

/** Throws `invalid` when what answers on the socket is not a Docker Engine of 20.10 (API 1.41) or newer; gives back its version. */
export async function assertEngineFits(connect: ConnectEngine): Promise<string> {
  const { Version, ApiVersion, Components } = await connect({ timeoutMs: 30_000 }).version();
  if (Components?.some(({ Name }) => /podman/i.test(Name))) {
    throw new CloudError('invalid', `Podman answers on the Docker socket. Remove its package podman-docker, or stop podman.socket, then run the set-up again`);
  }
  const [major = 0, minor = 0] = ApiVersion.split('.').map(Number);
  if (major < 1 || (major === 1 && minor < 41)) {
    throw new CloudError('invalid', `The Docker Engine here is ${Version}, and Novadock needs 20.10 or newer. Upgrade it, then run the set-up again`);
  }
  return Version;
}
