import Table from 'cli-table3';
import pico from 'picocolors';
import type { Column } from './column.ts';

const noLines = Object.fromEntries(['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right', 'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'].map((part) => [part, '']));

/** Items in aligned columns under their titles. */
export function listTable<Item>(items: Item[], columns: Column<Item>[], colored: boolean): string {
  const colors = pico.createColors(colored);
  return toText([columns.map(({ title }) => colors.bold(title.toUpperCase())), ...items.map((item) => columns.map(({ value }) => toCell(value(item, colors))))]);
}

/** The fields of one item, each on a line. */
export function fieldTable<Item>(item: Item, fields: Column<Item>[], colored: boolean): string {
  const colors = pico.createColors(colored);
  return toText(fields.map(({ title, value }) => [colors.bold(title), toCell(value(item, colors))]));
}

function toCell(value: string | number | boolean | null): string {
  return value === null || value === '' ? '-' : String(value);
}

function toText(rows: string[][]): string {
  const table = new Table({ chars: noLines, style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 } });
  table.push(...rows);
  return `${table.toString().replaceAll(/[ ]+$/gm, '')}\n`;
}
