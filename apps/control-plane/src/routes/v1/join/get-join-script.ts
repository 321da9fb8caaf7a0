import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudError } from '@novadock/model';
import { Type } from 'typebox';
import { baseUrl } from '../../../deps.ts';
import { reachableUrl } from '../join-tokens/reachable-url.ts';
import { problems } from '../problem.ts';
import type { V1Route } from '../v1-route.ts';
import { findAgentPackage } from './agent-packages.ts';
import { fillJoinScript } from './fill-join-script.ts';

const template = join(import.meta.dirname, '../../../../../agent/files/join.sh');

/** `folder`: where the agent's archives are. */
export const getJoinScript = (folder: string): V1Route => (app, v1) => {
  const schema = {
    summary: 'Read the script that makes a machine a host',
    tags: ['hosts'],
    security: [],
    response: { 200: { description: 'For a POSIX shell, to be run as root', content: { 'text/x-shellscript': { schema: Type.String() } } }, ...problems },
  };
  app.get('/join.sh', { schema, config: { public: true } }, async (request, answer) => {
    const packages = { amd64: await findAgentPackage(folder, 'amd64'), arm64: await findAgentPackage(folder, 'arm64') };
    if (packages.amd64 === undefined && packages.arm64 === undefined) {
      throw new CloudError('unavailable', 'The agent that hosts install is not made yet. `npm start` makes it in the background once it is ready; otherwise run `npm run package-agent` in the folder of the control plane.', { reason: 'agentPackageMissing' });
    }
    // However the operator came: hosts are answered by HTTPS only.
    const url = reachableUrl(baseUrl(v1, request)).replace(/^http:/, 'https:');
    const { publicKeyPin: pin, cloudId } = v1.cloud;
    const script = fillJoinScript(await readFile(template, 'utf8'), { url, pin, cloudId, packages });
    return answer.type('text/x-shellscript; charset=utf-8').header('cache-control', 'no-store').send(script);
  });
};
