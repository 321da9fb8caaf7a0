import { Type, type Static, type TSchema } from 'typebox';

/** A schema or null. */
export function nullable<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()]);
}

/** One of these words. */
export function oneOf<const Words extends string[]>(words: Words, description?: string) {
  return Type.Unsafe<Words[number]>(Type.Enum(words, description === undefined ? {} : { description }));
}

/** A named schema by its name, so that the document has it once. */
export function refTo<Schema extends TSchema>(schema: Schema) {
  return Type.Unsafe<Static<Schema>>(Type.Ref((schema as { $id?: string }).$id ?? ''));
}

/** The reply that has no body. */
export function noContent(description: string) {
  return Type.Unsafe<void>(Type.Null({ description }));
}

export const dateTime = Type.String({ format: 'date-time' });

/** Query parameters of each list. */
export const paging = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'At most so many; 100 unless said.' })),
  marker: Type.Optional(Type.String({ description: 'The id of the last one of the page before.' })),
};

export const defaultLimit = 100;

/** What each list answers beside its items. */
export const nextLink = nullable(Type.String({ description: 'Where the next page is; null on the last.' }));

/** The link to the page after `last`: the same query with another marker. */
export function linkAfter(url: string, last: { id: string } | undefined, more: boolean): string | null {
  if (!more || last === undefined) return null;
  const [path, query] = url.split('?');
  const parameters = new URLSearchParams(query);
  parameters.set('marker', last.id);
  return `${path}?${parameters}`;
}
