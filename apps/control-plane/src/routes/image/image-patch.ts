import type { ImageChange } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import { checkImage } from './check-image.ts';
import { settableField } from './image-fields.ts';

type Operation = Record<string, unknown>;
type Op = ImageChange['op'];
type ReadOp = (operation: Operation) => { op: Op; pointer: unknown; mustBeNew: boolean };

const ops: readonly string[] = ['add', 'remove', 'replace'] satisfies Op[];

/** v2.0 is {"replace": "/name", "value": …}, v2.1 is {"op": "replace", "path": "/name", "value": …}. */
export const patchTypes: Record<string, ReadOp> = {
  'application/openstack-images-v2.0-json-patch': readOldOp,
  'application/openstack-images-v2.1-json-patch': readOp,
};

/** The changes that a PATCH asks for. Throws `invalid` or `forbidden`, in Glance's words. */
export function toChanges(contentType: string | undefined, body: unknown): ImageChange[] {
  const read = patchTypes[contentType?.split(';')[0]?.trim() ?? ''];
  if (read === undefined) throw new CloudError('invalid', 'Unsupported media type', { reason: 'mediaType' });
  if (body === undefined) throw invalid('Body expected in request.');
  if (!Array.isArray(body)) throw invalid('Request body must be a JSON array of operation objects.');
  return body.map((operation: unknown) => {
    if (typeof operation !== 'object' || operation === null || Array.isArray(operation)) throw invalid('Operations must be JSON objects.');
    return toChange(operation as Operation, read);
  });
}

function toChange(operation: Operation, read: ReadOp): ImageChange {
  const { op, pointer, mustBeNew } = read(operation);
  const name = toName(pointer);
  if (op !== 'remove' && !('value' in operation)) throw invalid(`Operation "${op}" requires a member named "value".`);
  if (name === 'id') throw new CloudError('forbidden', "Attribute 'id' is read-only.");
  const field = settableField(name);
  if (op === 'remove') return { op, name, field };
  checkImage({ [name]: operation['value'] });
  return { op, name, field, value: operation['value'], mustBeNew };
}

function readOp(operation: Operation): ReturnType<ReadOp> {
  const { op, path } = operation;
  if (op === undefined || op === null) throw invalid(`Unable to find \`op\` in JSON Schema change. It must be one of the following: ${ops.join(', ')}.`);
  if (!ops.includes(String(op))) throw invalid(`Invalid operation: \`${String(op)}\`. It must be one of the following: ${ops.join(', ')}.`);
  if (path === undefined) throw invalid("Unable to find 'path' in JSON Schema change");
  return { op: op as Op, pointer: path, mustBeNew: false };
}

function readOldOp(operation: Operation): ReturnType<ReadOp> {
  const [op, another] = ops.filter((name) => name in operation);
  if (op === undefined || another !== undefined) throw invalid(`Operation objects must contain ${op === undefined ? 'exactly' : 'only'} one member named "add", "remove", or "replace".`);
  return { op: op as Op, pointer: operation[op], mustBeNew: true };
}

/** The attribute that a JSON pointer of one part points to. */
function toName(pointer: unknown): string {
  if (typeof pointer !== 'string' || !pointer.startsWith('/')) throw invalid(`Pointer \`${String(pointer)}\` does not start with "/".`);
  if (/\/\s*?\//.test(pointer.slice(1))) throw invalid(`Pointer \`${pointer}\` contains adjacent "/".`);
  if (pointer.length > 1 && pointer.endsWith('/')) throw invalid(`Pointer \`${pointer}\` end with "/".`);
  if (/~([^01]|$)/.test(pointer)) throw invalid(`Pointer \`${pointer}\` contains "~" not part of a recognized escape sequence.`);
  const [name = '', ...deeper] = pointer.replace(/^\/+/, '').split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~').trim());
  if (deeper.length > 0) throw invalid(`Invalid JSON pointer for this resource: '/${[name, ...deeper].join('/')}'`);
  return name;
}

function invalid(message: string): CloudError {
  return new CloudError('invalid', message);
}
