import type { IniKey } from './find-ini-entry.ts';
import { parseIni, sectionId } from './parse-ini.ts';

/** The file without the key, however often it is there; comments and empty sections stay. Throws `invalid` as parseIni does. */
export function removeIniKey(text: string, { section, key }: IniKey): string {
  const { lines, entries } = parseIni(text);
  const gone = entries.filter((entry) => entry.key === key && sectionId(entry.section) === sectionId(section));
  return lines.filter((_, at) => !gone.some(({ first, end }) => at >= first && at < end)).join('');
}
