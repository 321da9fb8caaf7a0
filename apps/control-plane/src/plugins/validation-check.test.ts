import { expect, test } from 'vitest';
import { findFlaw, type Schema } from './validation-check.ts';

const name: Schema = { type: 'string', minLength: 1, maxLength: 3, format: 'name' };
const numberOrText: Schema = { type: ['integer', 'string'], pattern: '^[0-9]+$', minimum: 1, maximum: 9 };

/** The recorded texts of a real Nova, or of the library it uses. */
test.each<[string, Schema, unknown, string]>([
  ['too short', name, '', "'' is too short"],
  ['too long, in characters and not in code units', name, '🐳🐳🐳🐳', "'🐳🐳🐳🐳' is too long"],
  ['not of a type', name, 7, "7 is not of type 'string'"],
  ['true is no integer', numberOrText, true, "True is not of type 'integer', 'string'"],
  ['not of the pattern', numberOrText, 'x', "'x' does not match '^[0-9]+$'"],
  ['a number below the least', numberOrText, 0, '0 is less than the minimum of 1'],
  ['a number that came as text', numberOrText, '12', '12 is greater than the maximum of 9'],
  ['a bound that is out itself', { minimum: 0, exclusiveMinimum: true }, 0, '0 is less than or equal to the minimum of 0'],
  ['no word of the list', { enum: ['HARD', 'SOFT', null] }, 'MILD', "'MILD' is not one of ['HARD', 'SOFT', None]"],
  ['no UUID', { format: 'uuid' }, 'nosuch', "'nosuch' is not a 'uuid'"],
  ['no base64', { format: 'base64' }, '%%%', "'%%%' is not a 'base64'"],
  ['no time', { format: 'date-time' }, 'xx', "'xx' is not a 'date-time'"],
  ['a name with blanks around it', name, ' a', "An invalid 'name' value was provided. The name must be: printable characters. Can not start or end with whitespace."],
  ['a missing property', { properties: {}, required: ['type'] }, {}, "'type' is a required property"],
  ['one property too many', { properties: { a: {} }, additionalProperties: false }, { a: 1, colour: 'red' }, "Additional properties are not allowed ('colour' was unexpected)"],
  ['two of them, sorted', { properties: {}, additionalProperties: false }, { b: 1, a: 2 }, "Additional properties are not allowed ('a', 'b' were unexpected)"],
  ['a property of no pattern', { patternProperties: { '^_': {} }, additionalProperties: false }, { nosuch: 1 }, "'nosuch' does not match any of the regexes: '^_'"],
  ['none of the alternatives', { oneOf: [{ format: 'uuid' }, { maxLength: 0 }] }, 'nosuch', "'nosuch' is not valid under any of the given schemas"],
  ['several of the alternatives', { oneOf: [{ minLength: 1 }, { maxLength: 3 }] }, 'ab', "'ab' is valid under each of {'minLength': 1}, {'maxLength': 3}"],
  ['the same item twice', { uniqueItems: true }, ['a', 'a'], "['a', 'a'] has non-unique elements"],
  ['too few properties', { minProperties: 1 }, {}, '{} does not have enough properties'],
])('%s', (_what, schema, value, message) => {
  expect(findFlaw(schema, value)).toMatchObject({ message });
});

test('what fits has no flaw', () => {
  const schema: Schema = { type: 'object', properties: { name, count: numberOrText, list: { type: 'array', items: name, maxItems: 1 } }, required: ['name'], additionalProperties: false };
  expect(findFlaw(schema, { name: 'abc', count: '3', list: ['a'] })).toBeUndefined();
});

test('the flaw is where the value is that has it', () => {
  const schema: Schema = { properties: { server: { properties: { networks: { items: { properties: { uuid: { type: 'string' } } } } } } } };
  expect(findFlaw(schema, { server: { networks: [{ uuid: 'a' }, { uuid: 1 }] } })).toEqual({ path: ['server', 'networks', 1, 'uuid'], value: 1, message: "1 is not of type 'string'" });
});

test('the first flaw is the one of the first keyword, as in Python', () => {
  const value = { a: 1, extra: 2 };
  const properties: Schema['properties'] = { a: { type: 'string' } };
  expect(findFlaw({ properties, additionalProperties: false }, value)?.message).toBe("1 is not of type 'string'");
  expect(findFlaw({ additionalProperties: false, properties }, value)?.message).toBe("Additional properties are not allowed ('extra' was unexpected)");
});
