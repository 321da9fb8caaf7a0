import { actOnInstance, getInstance, readConsole, updateInstance, type ProjectAuth } from '@novadock/cloud';
import { CloudError, serverStatus, type ActionName } from '@novadock/model';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps, Route } from '../../../deps.ts';
import { projectCallerOf } from '../../../plugins/auth.ts';
import type { Schema } from '../../../plugins/validation-check.ts';
import { assertBody, type SchemaOf } from '../../../plugins/validation.ts';
import { notImplemented } from '../fault.ts';
import * as is from '../parameters.ts';
import { consoleActions, refusedActions } from './refused-actions.ts';

type Call = { deps: Deps; auth: ProjectAuth; request: FastifyRequest; reply: FastifyReply; id: string; argument: unknown };
type Action = { argument?: SchemaOf; run: (call: Call) => Promise<unknown> };

const rebootArgument = () => is.object({ type: { type: 'string', enum: ['HARD', 'Hard', 'hard', 'SOFT', 'Soft', 'soft'] } }, ['type']);
const consoleArgument = () => is.object({ length: { type: ['integer', 'string', 'null'], pattern: '^-?[0-9]+$', minimum: -1 } });
const lockReason: Schema = { type: ['object', 'null'], properties: { locked_reason: { type: 'string', minLength: 1, maxLength: 255 } }, additionalProperties: false };

/** Nova's names of the actions that instances have. */
const actions: Record<string, Action> = {
  'os-start': { run: act('start') },
  'os-stop': { run: act('stop') },
  pause: { run: act('pause') },
  unpause: { run: act('unpause') },
  forceDelete: { run: act('delete') },
  reboot: {
    argument: rebootArgument,
    run: (call) => act((call.argument as { type: string }).type.toUpperCase() === 'HARD' ? 'rebootHard' : 'reboot')(call),
  },
  lock: { argument: (version) => (version >= 73 ? lockReason : is.anything), run: lock },
  unlock: { run: unlock },
  'os-getConsoleOutput': { argument: consoleArgument, run: showConsole },
};

/** POST /servers/{id}/action: does what the one key of the body says. */
export const serverActions: Route = (app, deps) => {
  app.post<{ Params: { id: string } }>('/servers/:id/action', { config: { body: () => ({ type: 'object' }) } }, async (request, reply) => {
    const [name, ...more] = Object.keys(request.body as object);
    if (name === undefined || more.length > 0) throw new CloudError('invalid', 'Malformed request body');
    const argument = (request.body as Record<string, unknown>)[name];
    const call = { deps, auth: projectCallerOf(request), request, reply, id: request.params.id, argument };
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined) return refuse(name, call);
    if (action.argument !== undefined) assertBody(is.wrapped(name, action.argument(request.microversion)), request.body);
    return action.run(call);
  });
};

function act(action: ActionName): Action['run'] {
  return async ({ deps, auth, request, reply, id }) => {
    await actOnInstance(deps.cloud, auth, { id, action, requestId: request.id });
    return reply.code(202).send();
  };
}

async function lock({ deps, auth, reply, id, argument }: Call): Promise<unknown> {
  const instance = await getInstance(deps.cloud, auth, id);
  // The first reason stays, as in Nova, until an administrator gives another.
  if (!instance.locked || instance.projectId !== auth.projectId) {
    const { locked_reason: lockedReason = null } = (argument ?? {}) as { locked_reason?: string };
    await updateInstance(deps.cloud, auth, { id, locked: true, lockedReason });
  }
  return reply.code(202).send();
}

async function unlock({ deps, auth, reply, id }: Call): Promise<unknown> {
  await updateInstance(deps.cloud, auth, { id, locked: false, lockedReason: null });
  return reply.code(202).send();
}

async function showConsole({ deps, auth, id, argument }: Call): Promise<unknown> {
  const { length } = argument as { length?: number | string | null };
  const lines = length === undefined || length === null || Number(length) < 0 ? undefined : Number(length);
  const output = await readConsole(deps.cloud, auth, { id, lines });
  // What Nova leaves out: all control characters but tab and newline.
  return { output: output.replaceAll(/[\x00-\x08\x0B-\x1F]/g, '') };
}

/** Says why an action cannot be had, before anything is done (P8). */
async function refuse(name: string, { deps, auth, request, id, argument }: Call): Promise<never> {
  const isConsole = consoleActions.includes(name) && request.microversion < 6;
  const refused = refusedActions.get(name);
  if (refused === undefined && !isConsole) throw new CloudError('invalid', `There is no such action: ${name}`);
  if (refused?.policy !== undefined && !auth.isAdmin) throw new CloudError('forbidden', `Policy doesn't allow ${refused.policy} to be performed.`);
  const instance = await getInstance(deps.cloud, auth, id);
  if (isConsole) throw new CloudError('invalid', `Unavailable console type ${(argument as { type?: string } | null)?.type}.`);
  if (refused?.what !== undefined) throw notImplemented(`${refused.what} is not supported by this cloud.`);
  throw new CloudError('conflict', `Cannot '${name}' instance ${id} while it is in vm_state ${serverStatus(instance).vmState}`);
}
