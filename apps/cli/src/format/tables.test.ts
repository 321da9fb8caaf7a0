import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { Column } from './column.ts';
import { fieldTable, listTable } from './tables.ts';

type Thing = { name: string; count: number | null; up: boolean };
const columns: Column<Thing>[] = [{ title: 'Name', value: ({ name }) => name }, { title: 'Count', value: ({ count }) => count }, { title: 'Up', value: ({ up }, colors) => (up ? colors.green('yes') : 'no') }];
const things: Thing[] = [{ name: 'a', count: 1, up: true }, { name: 'größer 名', count: null, up: false }];
const list = ['NAME       COUNT  UP', 'a          1      yes', 'größer 名  -      no', ''].join('\n');

test('a list is aligned, in columns as wide as they look', () => expect(listTable(things, columns, false)).toBe(list));

test('colours do not change how it is aligned', () => {
  const colored = listTable(things, columns, true);
  expect(colored).toContain('\u001b[32m');
  expect(stripVTControlCharacters(colored).replaceAll(/ +$/gm, '')).toBe(list);
});

test('no items are a list of titles', () => expect(listTable([], columns, false)).toBe('NAME  COUNT  UP\n'));

test('one thing is a field a line', () => expect(fieldTable(things[1] as Thing, columns, false)).toBe('Name   größer 名\nCount  -\nUp     no\n'));
