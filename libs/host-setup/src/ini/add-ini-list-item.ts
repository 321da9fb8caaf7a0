import { findIniEntry, type IniKey } from './find-ini-entry.ts';
import { parseIni } from './parse-ini.ts';
import { setIniValue } from './set-ini-value.ts';
import { splitIniList } from './split-ini-list.ts';

/** The file with `item` at the end of the key's list, whose other items stay as they are written. Of a key that is not there, or empty, it becomes the only item. */
export function addIniListItem(text: string, key: IniKey, item: string): string {
  const { lines, ...ini } = parseIni(text);
  const entry = findIniEntry({ lines, ...ini }, key);
  const items = splitIniList(entry?.value ?? '');
  if (items.includes(item)) return text;
  if (entry === undefined || items.length === 0) return setIniValue(text, key, item);
  const line = lines[entry.end - 1] ?? '';
  const quote = isQuoted(lines.slice(entry.first, entry.end)) ? 1 : 0;
  const cut = line.trimEnd().length - quote;
  const comma = items.at(-1) === '' ? '' : ',';
  const space = /,[ \t]/.test(entry.value) ? ' ' : '';
  return lines.with(entry.end - 1, `${line.slice(0, cut)}${comma}${space}${item}${line.slice(cut)}`).join('');
}

/** oslo.config takes quotes off values of one line only. */
function isQuoted(lines: string[]): boolean {
  const value = lines.length === 1 ? (/[=:](.*)/.exec(lines[0] ?? '')?.[1] ?? '').trim() : '';
  return /^["']/.test(value) && value.at(0) === value.at(-1);
}
