import { createServer } from 'node:net';
import { CloudError } from '@novadock/model';

/** Throws `unavailable` when something listens on a port that this Novadock is to have: it would be taken for ours. */
export async function assertFree(port: number, variable: string): Promise<void> {
  const server = createServer();
  const failure = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    server.once('error', resolve);
    server.listen(port, () => server.close(() => resolve(undefined)));
  });
  if (failure !== undefined) throw new CloudError('unavailable', `Port ${port} cannot be listened on (${failure.code ?? failure.message}). Is Novadock running already? ${variable} chooses another port, NOVADOCK_HOME another place for a second one.`);
}
