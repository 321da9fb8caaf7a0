import { findIniEntry, type IniKey } from './find-ini-entry.ts';
import { parseIni, sectionId, type Ini, type IniEntry } from './parse-ini.ts';

/**
 * The file with `value` (of one line) as what a program gets for the key, and every other byte as it was. A key that is not there
 * goes below its commented default, else below the section's last key. Throws `invalid` as parseIni does.
 */
export function setIniValue(text: string, key: IniKey, value: string): string {
  const ini = parseIni(text);
  const entry = findIniEntry(ini, key);
  if (entry?.value === value) return text;
  return entry === undefined ? insert(ini, key, value) : replace(ini, entry, value);
}

function replace({ lines }: Ini, entry: IniEntry, value: string): string {
  const head = /^[^=:]*[=:][ \t]*/.exec(lines[entry.first] ?? '')?.[0] ?? '';
  const space = /[ \t][=:]$/.test(head) ? ' ' : '';
  return lines.toSpliced(entry.first, entry.end - entry.first, `${head}${space}${value}${endOf(lines[entry.end - 1])}`).join('');
}

function insert(ini: Ini, key: IniKey, value: string): string {
  const place = placeFor(ini, key);
  const before = ini.lines.slice(0, place);
  const end = endOf(before.at(-1)) || endOf(ini.lines[0]) || '\n';
  // The last line of a file may lack its end.
  const joint = before.length > 0 && endOf(before.at(-1)) === '' ? end : '';
  const header = place === undefined ? `${before.length > 0 ? end : ''}[${key.section}]${end}` : '';
  return [...before, joint, header, `${key.key} = ${value}${end}`, ...ini.lines.slice(before.length)].join('');
}

/** Before which line a new key goes; undefined when there is no such section yet. */
function placeFor({ lines, sections, entries }: Ini, { section, key }: IniKey): number | undefined {
  const own = sections.filter(({ name }) => sectionId(name) === sectionId(section));
  const isDefault = (line: string | undefined) => /^[#;][ \t]?([^=:\s]+)[ \t]*[=:]/.exec(line ?? '')?.[1] === key;
  const numbers = own.flatMap(({ header, end }) => Array.from({ length: end - header }, (_, offset) => header + offset));
  const commented = numbers.findLast((at) => isDefault(lines[at]));
  if (commented !== undefined) return commented + 1;
  const last = own.at(-1);
  return last && (entries.findLast(({ first }) => first > last.header && first < last.end)?.end ?? last.header + 1);
}

function endOf(line: string | undefined): string {
  return /[\r\n]+$/.exec(line ?? '')?.[0] ?? '';
}
