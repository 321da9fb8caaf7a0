import type { ListImages } from '@novadock/cloud';
import { CloudError } from '@novadock/model';

type Condition = ListImages['conditions'][number];
type Operator = Condition['operator'];

const defaultLimit = 25;
const maxLimit = 1000;
const visibilities = ['community', 'public', 'private', 'shared', 'all'];
const memberStatuses = ['pending', 'accepted', 'rejected', 'all'];
const comparisons = ['gt', 'gte', 'lt', 'lte', 'neq', 'eq'];
const sortKeys = {
  name: 'name', status: 'status', container_format: 'containerFormat', disk_format: 'diskFormat', size: 'sizeBytes', id: 'id', created_at: 'createdAt', updated_at: 'updatedAt',
} as const;
/** Parameters that are no filters. */
const controls = ['limit', 'marker', 'member_status', 'sort', 'sort_key', 'sort_dir', 'tag', 'visibility', 'changes-since'];

/** What a list of images is asked for. Throws `invalid`, in Glance's words. */
export function toListImages(query: URLSearchParams): ListImages {
  if (query.has('changes-since')) throw invalid('The "changes-since" filter is no longer available on v2.');
  oneOfThese('Invalid status', memberStatuses, query.get('member_status'));
  return {
    ...toFilters(query),
    visibility: oneOfThese('Invalid visibility value', visibilities, query.get('visibility')),
    marker: query.get('marker') ?? undefined,
    tags: query.getAll('tag').map((tag) => tag.trim()),
    sort: toSort(query),
    limit: toLimit(query.get('limit')),
  };
}

function oneOfThese(refusal: string, values: string[], value: string | null): string | undefined {
  if (value !== null && !values.includes(value)) throw invalid(`${refusal}: ${value}`);
  return value ?? undefined;
}

function toFilters(query: URLSearchParams): Pick<ListImages, 'conditions' | 'properties'> {
  const conditions: Condition[] = query.has('os_hidden') ? [] : [{ column: 'hidden', operator: 'eq', value: false }];
  const properties: Record<string, string> = {};
  for (const [name, value] of query) {
    if (controls.includes(name)) continue;
    const filter = Object.hasOwn(filters, name) ? filters[name] : undefined;
    if (filter === undefined) properties[name] = value;
    else conditions.push(filter(value, name));
  }
  return { conditions, properties };
}

const filters: Record<string, (value: string, name: string) => Condition> = {
  id: oneOf('id'), name: oneOf('name'), status: oneOf('status'), container_format: oneOf('containerFormat'), disk_format: oneOf('diskFormat'),
  owner: equal('projectId'), checksum: equal('md5'), os_hash_value: equal('sha512'),
  os_hidden: truth('hidden'), protected: truth('protected'),
  size: number('sizeBytes', 'eq'), size_min: number('sizeBytes', 'gte'), size_max: number('sizeBytes', 'lte'),
  min_ram: number('minMemoryMb', 'eq'), min_ram_min: number('minMemoryMb', 'gte'), min_ram_max: number('minMemoryMb', 'lte'),
  min_disk: number('minDiskGb', 'eq'), min_disk_min: number('minDiskGb', 'gte'), min_disk_max: number('minDiskGb', 'lte'),
  created_at: time('createdAt'), updated_at: time('updatedAt'),
};

function equal(column: Condition['column']) {
  return (value: string): Condition => ({ column, operator: 'eq', value });
}

/** `in:a,"b,c"` or a value. Unlike in Glance a value may have a colon, as names of Docker images have. */
function oneOf(column: Condition['column']) {
  return (value: string): Condition => {
    const [, operator, rest = ''] = /^([a-z]+):(.*)$/s.exec(value) ?? [];
    if (operator === 'in') return { column, operator: 'in', value: splitList(rest) };
    if (operator === 'eq') return { column, operator: 'eq', value: rest };
    if (operator !== undefined && comparisons.includes(operator)) throw invalid(`Unable to filter by unknown operator '${operator}'.`);
    return { column, operator: 'eq', value };
  };
}

function splitList(list: string): string[] {
  const parts = list.matchAll(/"([^"\\]*(?:\\.[^"\\]*)*)",?|([^,]+),?|,/g);
  return [...parts].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

function truth(column: Condition['column']) {
  return (value: string, name: string): Condition => {
    const plain = name === 'os_hidden' ? value.toLowerCase() : value;
    if (plain !== 'true' && plain !== 'false') throw invalid(`Invalid value '${value}' for '${name}' filter. Valid values are 'true' or 'false'.`);
    return { column, operator: 'eq', value: plain === 'true' };
  };
}

function number(column: Condition['column'], operator: Operator) {
  return (value: string): Condition => {
    if (!/^-?\d{1,15}$/.test(value)) throw invalid('Unable to filter on a range with a non-numeric value.');
    return { column, operator, value: Number(value) };
  };
}

function time(column: Condition['column']) {
  return (value: string, name: string): Condition => {
    const [, operator = 'eq', text = value] = /^([a-z]+):(.*)$/.exec(value) ?? [];
    if (!/^\d{4}-\d{2}-\d{2}(T|$)/.test(text) || Number.isNaN(Date.parse(text))) throw invalid(`Bad "${name}" query filter format. Use ISO 8601 DateTime notation.`);
    if (!comparisons.includes(operator)) throw invalid('Unable to filter on a unknown operator.');
    // Times without a zone are UTC.
    return { column, operator: operator as Operator, value: new Date(/T.*(Z|[+-]\d{2}:?\d{2})$/.test(text) || !text.includes('T') ? text : `${text}Z`) };
  };
}

function toSort(query: URLSearchParams): ListImages['sort'] {
  const keys = query.getAll('sort_key').map((key) => key.trim());
  const directions = query.getAll('sort_dir').map((direction) => direction.trim());
  const sort = query.get('sort');
  if (sort === null) {
    if (directions.length > 1 && directions.length !== keys.length) throw invalid('Number of sort dirs does not match the number of sort keys');
    return (keys.length === 0 ? ['created_at'] : keys).map((key, index) => toSortKey(key, directions[index] ?? directions[0]));
  }
  if (keys.length > 0 || directions.length > 0) throw invalid('Old and new sorting syntax cannot be combined');
  return sort.trim().split(',').map((part) => {
    const [key = '', direction] = part.split(':').map((text) => text.trim());
    return toSortKey(key, direction === '' ? undefined : direction);
  });
}

function toSortKey(key: string, direction = 'desc'): ListImages['sort'][number] {
  if (!Object.hasOwn(sortKeys, key)) throw invalid(`Invalid sort key: ${key}. It must be one of the following: ${Object.keys(sortKeys).join(', ')}.`);
  if (direction !== 'asc' && direction !== 'desc') throw invalid(`Invalid sort direction: ${direction}`);
  return { key: sortKeys[key as keyof typeof sortKeys], direction };
}

function toLimit(limit: string | null): number {
  if (limit === null) return defaultLimit;
  if (!/^\s*[+-]?\d+\s*$/.test(limit)) throw invalid('limit param must be an integer');
  if (Number(limit) < 0) throw invalid('limit param must be positive');
  return Math.min(Number(limit), maxLimit);
}

function invalid(message: string): CloudError {
  return new CloudError('invalid', message);
}
