import type { ListQuery } from '@novadock/store';
import type { App, Deps } from '../../deps.ts';
import { auth } from '../../plugins/auth.ts';
import { errors } from '../../plugins/errors.ts';
import { createResource } from './create-resource.ts';
import { deleteResource } from './delete-resource.ts';
import { showExtensions } from './extensions.ts';
import { getVersions } from './get-versions.ts';
import { listResources } from './list-resources.ts';
import { listSurroundings } from './list-surroundings.ts';
import { networks } from './networks.ts';
import { toNeutronError } from './neutron-error.ts';
import { ports } from './ports.ts';
import type { Resource } from './resource.ts';
import { showQuota } from './show-quota.ts';
import { showResource } from './show-resource.ts';
import { showSecurityGroups } from './show-security-groups.ts';
import { subnets } from './subnets.ts';
import { tagResource } from './tag-resource.ts';
import { updateResource } from './update-resource.ts';

/** The network service: of Neutron's v2.0 API what the networks of instances need. */
export async function network(app: App, deps: Deps): Promise<void> {
  await app.register(errors, { envelope: toNeutronError(deps) });
  await app.register(auth, deps);
  addResource(app, deps, networks);
  addResource(app, deps, subnets);
  addResource(app, deps, ports);
  for (const route of [getVersions, showExtensions, showQuota, listSurroundings, showSecurityGroups]) route(app, deps);
}

function addResource<Row extends { id: string; tags: string[] }, Key extends string, Query extends ListQuery<Key>>(app: App, deps: Deps, resource: Resource<Row, Key, Query>): void {
  listResources(app, deps, resource);
  showResource(app, deps, resource);
  createResource(app, deps, resource);
  updateResource(app, deps, resource);
  deleteResource(app, deps, resource);
  tagResource(app, deps, resource);
}
