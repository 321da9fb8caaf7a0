import { findIniEntry, type IniKey } from './find-ini-entry.ts';
import { parseIni } from './parse-ini.ts';

/** The value that a program gets out of the file; undefined when the file leaves it open. Throws `invalid` as parseIni does. */
export function getIniValue(text: string, key: IniKey): string | undefined {
  return findIniEntry(parseIni(text), key)?.value;
}
