import { deleteHost, listHosts, setHostEnabled, type HostView } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import type { FastifyRequest } from 'fastify';
import type { Deps, Route } from '../../../deps.ts';
import { queryOf, assertBody, type SchemaOf } from '../../../plugins/validation.ts';
import { notImplemented } from '../fault.ts';
import * as is from '../parameters.ts';
import { toNaiveTime } from '../times.ts';
import { assertHostId, findHost } from './find-host.ts';
import { idOf } from './hypervisor-view.ts';

const policy = (verb: string) => ({ adminPolicy: `os_compute_api:os-services:${verb}` });
const reason = { type: 'string', minLength: 1, maxLength: 255 } as const;

/** GET /os-services, for administrators: the nova-compute of each host, which is its agent. */
export const listServices: Route = (app, deps) => {
  const listQuery: SchemaOf = (version) => is.query(version, { host: is.text, binary: is.text });
  app.get('/os-services', { config: { query: listQuery, ...policy('list') } }, async (request) => {
    // Old clients send the word None for no filter.
    const [host, binary] = ['host', 'binary'].map((key) => queryOf(request)[key]?.at(-1)).map((value) => (value === 'None' || value === '' ? undefined : value));
    const hosts = binary === undefined || binary === 'nova-compute' ? await listHosts(deps.cloud) : [];
    return { services: hosts.filter(({ name }) => host === undefined || name === host).map((found) => toService(found, request.microversion)) };
  });
};

type Update = { status?: 'enabled' | 'disabled'; disabled_reason?: string; forced_down?: boolean | string };
type LegacyUpdate = { host: string; binary: string; disabled_reason?: string; forced_down?: boolean | string };

const updateBody = is.object({ status: { type: 'string', enum: ['enabled', 'disabled'] }, disabled_reason: reason, forced_down: is.boolean });
const legacyBody = (version: number) => is.object({ host: is.hostName, binary: reason, disabled_reason: reason, ...(version >= 11 && { forced_down: is.boolean }) }, ['host', 'binary']);

/** PUT /os-services/{id} from 2.53 on, and before it PUT /os-services/enable, /disable, /disable-log-reason and /force-down. */
export const updateService: Route = (app, deps) => {
  app.put<{ Params: { id: string } }>('/os-services/:id', { config: policy('update') }, async (request) => {
    if (request.microversion < 53) return updateByName(deps, request);
    assertBody(updateBody, request.body);
    return updateById(deps, request, request.body as Update);
  });
};

/** DELETE /os-services/{id}: forgets a host that no server lives on. */
export const deleteService: Route = (app, deps) => {
  app.delete<{ Params: { id: string } }>('/os-services/:id', { config: policy('delete') }, async (request, reply) => {
    await deleteHost(deps.cloud, (await find(deps, request)).id);
    return reply.code(204).send();
  });
};

async function updateById(deps: Deps, request: FastifyRequest, { status, disabled_reason: disabledReason, forced_down: forcedDown }: Update): Promise<object> {
  const { id } = await find(deps, request);
  if (forcedDown !== undefined) throw noForcing();
  if (status === undefined) throw new CloudError('invalid', "No updates were requested. Fields 'status' or 'forced_down' should be specified.");
  if (status === 'enabled' && disabledReason !== undefined) throw new CloudError('invalid', "Specifying 'disabled_reason' with status 'enabled' is invalid.");
  await setHostEnabled(deps.cloud, { id, enabled: status === 'enabled', reason: disabledReason });
  return { service: toService(await find(deps, request), request.microversion) };
}

async function updateByName(deps: Deps, request: FastifyRequest): Promise<object> {
  const { id: action } = request.params as { id: string };
  assertBody(legacyBody(request.microversion), request.body);
  const { host: name, binary, disabled_reason: disabledReason } = request.body as LegacyUpdate;
  if (action === 'force-down' && request.microversion >= 11) throw noForcing();
  if (!['enable', 'disable', 'disable-log-reason'].includes(action)) throw new CloudError('notFound', 'Unknown action');
  if (action === 'disable-log-reason' && disabledReason === undefined) throw new CloudError('invalid', 'Missing disabled reason field');
  if (binary !== 'nova-compute') throw new CloudError('invalid', `Updating a ${binary} service is not supported. Only nova-compute services can be updated.`);
  const host = (await listHosts(deps.cloud)).find((other) => other.name === name);
  if (host === undefined) throw new CloudError('notFound', `Could not find binary ${binary} on host ${name}.`);
  const logged = action === 'disable-log-reason' ? disabledReason : undefined;
  await setHostEnabled(deps.cloud, { id: host.id, enabled: action === 'enable', reason: logged });
  return { service: { host: name, binary, status: action === 'enable' ? 'enabled' : 'disabled', ...(logged !== undefined && { disabled_reason: logged }) } };
}

async function find(deps: Deps, request: FastifyRequest): Promise<HostView> {
  const { id } = request.params as { id: string };
  assertHostId(id, request.microversion);
  const host = findHost(await listHosts(deps.cloud), id, request.microversion);
  if (host === undefined) throw new CloudError('notFound', `Service ${id} could not be found.`);
  return host;
}

function toService(host: HostView, version: number): object {
  return {
    binary: 'nova-compute',
    host: host.name,
    id: idOf(host, version),
    zone: host.availabilityZone,
    status: host.enabled ? 'enabled' : 'disabled',
    state: host.up ? 'up' : 'down',
    updated_at: toNaiveTime(host.lastSeenAt),
    disabled_reason: host.disabledReason,
    ...(version >= 11 && { forced_down: false }),
  };
}

function noForcing(): CloudError {
  return notImplemented('Forcing a host down is not supported by this cloud: its state is what is seen of it.');
}
