import type { Auth } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import type { Attributes, Body } from './resource.ts';

type Kind = { member: string; collection: string; attributes: Attributes<string> };

/** What a body asks to be made, one or several of them at once; in the words of use cases. Throws `invalid` in Neutron's. */
export function readCreate({ member, collection, attributes }: Kind, raw: unknown, auth: Auth): { requests: Body[]; several: boolean } {
  const body = objectOf(raw);
  const several = Array.isArray(body[collection]);
  if (!several && body[member] === undefined) throw bad(`Unable to find '${member}' in request body`);
  const items = several ? (body[collection] as unknown[]) : [body[member]];
  if (items.length === 0) throw bad('Resources required');
  return { several, requests: items.map((item) => readOne(attributes, 'create', objectOf(item), auth)) };
}

/** What a body asks to be changed, in the words of use cases. Throws `invalid` in Neutron's. */
export function readUpdate({ member, attributes }: Kind, raw: unknown, auth: Auth): Body {
  const body = objectOf(raw);
  if (body[member] === undefined) throw bad(`Unable to find '${member}' in request body`);
  return readOne(attributes, 'update', objectOf(body[member]), auth);
}

function readOne(attributes: Attributes<string>, verb: 'create' | 'update', body: Body, auth: Auth): Body {
  const unknown = Object.keys(body).filter((name) => !Object.hasOwn(attributes, name)).sort();
  if (unknown.length > 0) throw bad(`Unrecognized attribute(s) '${unknown.join(', ')}'`);
  const missing = Object.entries(attributes).find(([name, { required }]) => verb === 'create' && required === true && body[name] === undefined);
  if (missing !== undefined) throw bad(`Failed to parse request. Required attribute '${missing[0]}' not specified`);
  const read: Body = {};
  for (const [name, value] of Object.entries(body)) {
    const { [verb]: reader, key = name } = attributes[name] ?? {};
    if (reader === undefined) throw bad(verb === 'create' ? `Attribute '${name}' not allowed in POST` : `Cannot update read-only attribute ${name}`);
    const result = reader(value, { name, auth });
    if (result !== undefined) read[key] = result;
  }
  return verb === 'create' ? { ...read, projectId: ownerOf(body, auth) } : read;
}

/** The project that it will belong to: the caller's, or for administrators any. */
function ownerOf(body: Body, auth: Auth): string {
  const { tenant_id: tenantId, project_id: projectId = tenantId } = body;
  if (tenantId !== undefined && tenantId !== projectId) throw bad("'project_id' and 'tenant_id' do not match");
  if (projectId !== undefined && projectId !== auth.projectId && !auth.isAdmin) {
    throw bad("Specifying 'project_id' or 'tenant_id' other than the authenticated project in request requires admin privileges");
  }
  const owner = projectId ?? auth.projectId;
  if (typeof owner !== 'string' || owner === '') throw bad("The token is not scoped to a project: 'project_id' has to say whose it will be");
  return owner;
}

function objectOf(value: unknown): Body {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad('Resource body required');
  return value as Body;
}

function bad(message: string): CloudError {
  return new CloudError('invalid', message, { reason: 'HTTPBadRequest' });
}
