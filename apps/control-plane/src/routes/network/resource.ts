import type { Auth, Cloud } from '@novadock/cloud';
import type { ListQuery } from '@novadock/store';

/** Reads one attribute of a body; undefined: it says nothing that is to be kept. Throws when it cannot be. */
export type Reader = (value: unknown, context: { name: string; auth: Auth }) => unknown;

/** One attribute of a resource, as clients name it. What is not readable in a body may not be given there. */
export type Attribute<Key extends string> = {
  /** What use cases call it; lists are filtered and sorted by it where `listed`. */
  key?: Key | (string & {});
  listed?: 'text' | 'boolean';
  create?: Reader;
  update?: Reader;
  required?: true;
};

export type Attributes<Key extends string> = Record<string, Attribute<Key>>;

export type Body = Record<string, unknown>;

/** A kind of thing that the network service keeps: what it is called, what it has, and the use cases for it. */
export type Resource<Row, Key extends string, Query extends ListQuery<Key> = ListQuery<Key>> = {
  member: string;
  collection: string;
  attributes: Attributes<Key>;
  toBody(row: Row, auth: Auth): Body;
  /** Reads a query key of its own; undefined when it is none. */
  toQuery?(name: string, values: string[]): Partial<Query> | undefined;
  list(cloud: Cloud, auth: Auth, query: Query): Promise<Row[]>;
  get(cloud: Cloud, auth: Auth, id: string): Promise<Row>;
  create(cloud: Cloud, auth: Auth, requests: Body[]): Promise<Row[]>;
  update(cloud: Cloud, auth: Auth, id: string, change: Body): Promise<Row>;
  remove(cloud: Cloud, auth: Auth, id: string): Promise<void>;
};

/** Times as Neutron writes them. */
export function toTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
