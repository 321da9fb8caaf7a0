import { CloudError } from '@novadock/model';
import { findFlaw, type Flaw, type Schema } from '../../plugins/validation-check.ts';
import { toRepr } from '../../plugins/validation-repr.ts';
import { imageSchema } from './image-schema.ts';

const properties = imageSchema.properties as Record<string, Schema>;
const otherProperties = imageSchema.additionalProperties as Schema;

/** Throws `invalid`, in the words of Python's jsonschema, when an image or a part of it does not match Glance's schema of images. */
export function checkImage(image: unknown): asserts image is Record<string, unknown> {
  if (typeof image !== 'object' || image === null || Array.isArray(image)) throw mismatch(`${toRepr(image)} is not of type 'object'`);
  for (const [key, value] of Object.entries(image)) {
    const known = Object.hasOwn(properties, key) ? properties[key] : undefined;
    const schema = known ?? otherProperties;
    const flaw = findFlaw(schema, value);
    if (flaw !== undefined) throw mismatch(describe({ key, schema, flaw, isKnown: known !== undefined }));
  }
}

function describe({ key, schema, flaw, isKnown }: { key: string; schema: Schema; flaw: Flaw; isKnown: boolean }): string {
  const failed = flaw.path.length === 0 ? schema : (schema.items ?? schema);
  const [keyword] = Object.entries(failed).find(([name, rule]) => findFlaw({ [name]: rule }, flaw.value) !== undefined) ?? ['type'];
  const schemaPath = [...(isKnown ? ['properties', key] : ['additionalProperties']), ...(failed === schema ? [] : ['items'])];
  return `${flaw.message}

Failed validating ${toRepr(keyword)} in schema${toSubscripts(schemaPath)}:
    ${toPretty(failed).replaceAll('\n', '\n    ')}

On instance${toSubscripts([key, ...flaw.path])}:
    ${toPretty(flaw.value).replaceAll('\n', '\n    ')}`;
}

function mismatch(reason: string): CloudError {
  return new CloudError('invalid', `Provided object does not match schema 'image': ${reason}`, { reason: 'schemaMismatch' });
}

function toSubscripts(path: (string | number)[]): string {
  return path.map((part) => `[${toRepr(part)}]`).join('');
}

/** As Python's pprint writes it in 72 columns: on one line if it fits, else an item a line. Keys are sorted. */
function toPretty(value: unknown, indent = 0): string {
  if (typeof value !== 'object' || value === null) return toRepr(value);
  const entries = Object.entries(value).sort(([a], [b]) => (Array.isArray(value) ? 0 : a < b ? -1 : 1));
  const flat = toRepr(Array.isArray(value) ? value : Object.fromEntries(entries));
  if (indent + flat.length <= 72) return flat;
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const items = entries.map(([key, item]) => {
    const label = Array.isArray(value) ? '' : `${toRepr(key)}: `;
    return label + toPretty(item, indent + 1 + label.length);
  });
  return open + items.join(`,\n${' '.repeat(indent + 1)}`) + close;
}
