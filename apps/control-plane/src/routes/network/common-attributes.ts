import { only, text } from './readers.ts';
import type { Attributes } from './resource.ts';

/** What everything has that the network service keeps. */
export const commonAttributes = {
  id: { key: 'id', listed: 'text' },
  name: { key: 'name', listed: 'text', create: text(255), update: text(255) },
  description: { key: 'description', listed: 'text', create: text(255), update: text(255) },
  // Whose it is, is found out from both of them together.
  tenant_id: { key: 'projectId', listed: 'text', create: () => undefined },
  project_id: { key: 'projectId', listed: 'text', create: () => undefined },
  revision_number: { key: 'revision', listed: 'text' },
  created_at: {},
  updated_at: {},
  tags: {},
} as const satisfies Attributes<'id' | 'name' | 'description' | 'projectId' | 'revision'>;

/** Nothing can be switched off: neither agents nor Docker know of it. */
export const alwaysUp = only([true, 'true', 'True', 1], 'networks and ports are always up');
