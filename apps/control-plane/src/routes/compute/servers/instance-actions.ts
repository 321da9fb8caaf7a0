import { getInstance, getInstanceAction, listInstanceActions, type ProjectAuth } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import type { FastifyRequest } from 'fastify';
import type { Deps, Route } from '../../../deps.ts';
import { projectCallerOf } from '../../../plugins/auth.ts';
import { parseTime } from '../../../plugins/validation-formats.ts';
import { queryOf, type Query, type SchemaOf } from '../../../plugins/validation.ts';
import { limitOf, linksFor, nextLink } from '../links.ts';
import * as is from '../parameters.ts';
import { toNaiveTime } from '../times.ts';
import { toHostId } from './server-view.ts';

type InstanceAction = Awaited<ReturnType<typeof getInstanceAction>>;

const listQuery: SchemaOf = (version) => {
  const time = { type: 'string', format: 'date-time' } as const;
  const list = is.query(version, { ...is.paging, 'changes-since': time, ...(version >= 66 && { 'changes-before': time }) });
  return { ...list, additionalProperties: version < 58 };
};

/** GET /servers/{id}/os-instance-actions: what was done with a server, newest first; from 2.21 on of a deleted one too. */
export const listServerActions: Route = (app, deps) => {
  app.get<{ Params: { id: string } }>('/servers/:id/os-instance-actions', { config: { query: listQuery } }, async (request) => {
    const { id } = request.params;
    const actions = await find(deps, request, (auth) => listInstanceActions(deps.cloud, auth, id));
    const version = request.microversion;
    if (version < 58) return { instanceActions: actions.map((action) => toAction(action, version)) };
    const query = queryOf(request);
    const page = pageOf(actions, query);
    const next = { key: 'links', path: `servers/${id}/os-instance-actions`, query, page: page.map(({ requestId }) => ({ id: requestId })) };
    return { instanceActions: page.map((action) => toAction(action, version)), ...nextLink(linksFor(deps, request), next) };
  });
};

/** GET /servers/{id}/os-instance-actions/{request}: what one request did. */
export const showServerAction: Route = (app, deps) => {
  app.get<{ Params: { id: string; requestId: string } }>('/servers/:id/os-instance-actions/:requestId', async (request) => {
    const { id, requestId } = request.params;
    const auth = projectCallerOf(request);
    const action = await find(deps, request, () => getInstanceAction(deps.cloud, auth, id, requestId));
    const version = request.microversion;
    const showsEvents = auth.isAdmin || version >= 51;
    return { instanceAction: { ...toAction(action, version), ...(showsEvents && { events: [toEvent(action, auth, version)] }) } };
  });
};

/** Before 2.21 a deleted server is not found, with all that was done with it. */
async function find<T>(deps: Deps, request: FastifyRequest, read: (auth: ProjectAuth) => Promise<T>): Promise<T> {
  const auth = projectCallerOf(request);
  if (request.microversion < 21) await getInstance(deps.cloud, auth, (request.params as { id: string }).id);
  return read(auth);
}

function pageOf(actions: InstanceAction[], query: Query): InstanceAction[] {
  const marker = query.marker?.at(-1);
  const start = marker === undefined ? 0 : actions.findIndex(({ requestId }) => requestId === marker) + 1;
  if (marker !== undefined && start === 0) throw new CloudError('invalid', `Marker ${marker} could not be found.`);
  const [since, before] = [query['changes-since'], query['changes-before']].map((values) => parseTime(values?.at(-1) ?? ''));
  if (since !== undefined && before !== undefined && before < since) throw new CloudError('invalid', 'The value of changes-since must be less than or equal to changes-before.');
  const within = (action: InstanceAction) => (since === undefined || changedAt(action) >= since) && (before === undefined || changedAt(action) <= before);
  return actions.slice(start).filter(within).slice(0, limitOf(query));
}

function changedAt({ startedAt, finishedAt }: InstanceAction): Date {
  return finishedAt ?? startedAt;
}

function toAction(action: InstanceAction, version: number): object {
  return {
    action: action.action,
    instance_uuid: action.instanceId,
    request_id: action.requestId,
    user_id: action.userId,
    project_id: action.projectId,
    start_time: toNaiveTime(action.startedAt),
    message: action.message,
    ...(version >= 58 && { updated_at: toNaiveTime(changedAt(action)) }),
  };
}

const events: Record<string, string> = { create: 'compute__do_build_and_run_instance', delete: 'compute_terminate_instance' };

/** An action is one step here, so it has one event. Its reason is what Nova calls details (2.84) and, for administrators, a traceback. */
function toEvent(action: InstanceAction, auth: ProjectAuth, version: number): object {
  return {
    event: events[action.action] ?? `compute_${action.action}_instance`,
    start_time: toNaiveTime(action.startedAt),
    finish_time: toNaiveTime(action.finishedAt),
    result: action.result,
    ...(auth.isAdmin && { traceback: action.message }),
    ...(version >= 62 && auth.isAdmin && { host: null }),
    ...(version >= 62 && { hostId: toHostId(action.projectId, null) }),
    ...(version >= 84 && auth.isAdmin && { details: action.message }),
  };
}
