import { sectionId, type Ini, type IniEntry } from './parse-ini.ts';

export type IniKey = { section: string; key: string };

/** Where the value stands that a program gets: of a key that is there more than once, the last (oslo.config, for all but MultiOpt). */
export function findIniEntry(ini: Ini, { section, key }: IniKey): IniEntry | undefined {
  return ini.entries.findLast((entry) => entry.key === key && sectionId(entry.section) === sectionId(section));
}
