import { createControlPlaneCertificate, signStatement, type SignedStatement } from '@novadock/rpc';
import { Type } from 'typebox';
import { problems } from '../problem.ts';
import type { V1Route } from '../v1-route.ts';
import { archives, assertAgentPackage } from './agent-packages.ts';

/** Its certificate is good for a day. */
const signedForMs = 6 * 60 * 60_000;

/** What hosts go by that update their agent: they know the authority of the cloud, not by whose certificate the API answers. `folder`: where the agent's archives are. */
export const getAgentManifest = (folder: string): V1Route => (app, { cloud }) => {
  const schema = {
    summary: 'Read what the archive of an agent is: signed, for hosts',
    tags: ['hosts'],
    security: [],
    params: Type.Object({ archive: Type.Enum(archives) }),
    response: {
      200: Type.Object({
        text: Type.String({ description: 'JSON: archive, version, sha256, bytes, unpackedBytes' }),
        certificate: Type.String({ description: "Of the control plane, by the cloud's authority; PEM" }),
        signature: Type.String({ description: 'By its key: ECDSA with SHA-256, of "novadock statement", a line end, and the text; base64' }),
      }),
      ...problems,
    },
  };
  const signed = new Map<string, SignedStatement & { untilMs: number }>();
  app.get('/agent/:archive/manifest', { schema, config: { public: true } }, async (request, answer) => {
    const { archive } = request.params;
    const { version, sha256, bytes, unpackedBytes } = await assertAgentPackage(folder, archive);
    const text = JSON.stringify({ archive, version, sha256, bytes, unpackedBytes });
    let statement = signed.get(archive);
    if (statement?.text !== text || statement.untilMs < Date.now()) {
      statement = { ...signStatement(await createControlPlaneCertificate(cloud.authority), text), untilMs: Date.now() + signedForMs };
      signed.set(archive, statement);
    }
    const { certificate, signature } = statement;
    return answer.header('cache-control', 'no-store').send({ text, certificate, signature });
  });
};
