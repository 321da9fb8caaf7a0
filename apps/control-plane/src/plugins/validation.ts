import { CloudError } from '@novadock/model';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { findFlaw, type Flaw, type Schema } from './validation-check.ts';
import { toStr } from './validation-repr.ts';

/** A schema for each microversion: N of 2.N goes in. */
export type SchemaOf = (version: number) => Schema;

/** A query's keys with all their values; the last one counts where a route takes one. */
export type Query = Record<string, string[] | undefined>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the body must be; a route without takes any. */
    body?: SchemaOf;
    /** What the query must be: each property is a list of texts. What it does not name is dropped, or refused where it says so. */
    query?: SchemaOf;
  }
}

/** Refuses bodies and queries that do not fit the route's schema at the request's microversion, in Nova's words. */
export const validation = fp(async (app) => {
  const made = new WeakMap<SchemaOf, Map<number, Schema>>();
  const schemaAt = (schemaOf: SchemaOf, version: number) => {
    const versions = made.get(schemaOf) ?? new Map<number, Schema>();
    const schema = versions.get(version) ?? schemaOf(version);
    made.set(schemaOf, versions.set(version, schema));
    return schema;
  };
  app.addHook('preValidation', async (request) => {
    const { body, query } = request.routeOptions.config;
    request.query = toQuery(request.query as Record<string, string | string[]>);
    if (query !== undefined) request.query = checkQuery(schemaAt(query, request.microversion), queryOf(request));
    if (body !== undefined) assertBody(schemaAt(body, request.microversion), request.body);
  });
});

/** The query of a request to a validated route. */
export function queryOf(request: FastifyRequest): Query {
  return request.query as Query;
}

function toQuery(parsed: Record<string, string | string[]>): Query {
  return Object.fromEntries(Object.entries(parsed).map(([key, value]) => [key, [value].flat()]));
}

function checkQuery(schema: Schema, query: Query): Query {
  const flaw = findFlaw(schema, query);
  if (flaw !== undefined) throw refusal(flaw, 'query parameters', flaw.path[0]);
  const { properties = {}, patternProperties = {} } = schema;
  const patterns = Object.keys(patternProperties).map((pattern) => new RegExp(pattern));
  return Object.fromEntries(Object.entries(query).filter(([key]) => Object.hasOwn(properties, key) || patterns.some((pattern) => pattern.test(key))));
}

/** Throws `invalid` when a body does not fit its schema. */
export function assertBody(schema: Schema, body: unknown): void {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new CloudError('invalid', 'Malformed request body');
  const flaw = findFlaw(schema, body);
  if (flaw !== undefined) throw refusal(flaw, 'field/attribute', flaw.path.at(-1));
}

function refusal(flaw: Flaw, where: string, field: string | number | undefined): CloudError {
  if (flaw.whole === true || field === undefined) return new CloudError('invalid', flaw.message);
  return new CloudError('invalid', `Invalid input for ${where} ${field}. Value: ${toStr(flaw.value)}. ${flaw.message}`);
}
