import { CloudError } from '@novadock/model';

/** A key's lines are `lines[first]` up to, and not with, `lines[end]`; `value` as a program reads it, its lines joined. */
export type IniEntry = { section: string; key: string; value: string; first: number; end: number };
export type IniSection = { name: string; header: number; end: number };
/** Lines keep what ends them, so that joined they are the file. */
export type Ini = { lines: string[]; sections: IniSection[]; entries: IniEntry[] };

/**
 * What oslo.config reads in a file, and where it stands (oslo_config/iniparser.py and cfg.py: an indented line goes on with the
 * value above, a key may come again, sections of one name are one). Throws `invalid` with the line's number for what oslo.config refuses.
 */
export function parseIni(text: string): Ini {
  const ini: Ini = { lines: text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [], sections: [], entries: [] };
  let open: IniEntry | undefined;
  ini.lines.forEach((raw, at) => {
    const line = raw.trimEnd();
    if (/^[ \t]/.test(line)) {
      if (open === undefined) refuse(at, 'is indented, and there is no value above that it could go on with');
      open.value += `\n${line.trimStart()}`;
      open.end = at + 1;
      return;
    }
    open = undefined;
    if (line.startsWith('[')) openSection(ini, line, at);
    else if (line !== '' && !/^[#;]/.test(line)) ini.entries.push((open = readEntry(ini, line, at)));
  });
  closeSection(ini, ini.lines.length);
  return ini;
}

/** DEFAULT is told from "default"; other sections are the same in any case. */
export function sectionId(name: string): string {
  return name === 'DEFAULT' ? name : name.toLowerCase();
}

function openSection(ini: Ini, line: string, at: number): void {
  if (!line.endsWith(']')) refuse(at, 'begins a section and does not end with "]"');
  if (line.length <= 2) refuse(at, 'begins a section without a name');
  closeSection(ini, at);
  ini.sections.push({ name: line.slice(1, -1), header: at, end: at + 1 });
}

function closeSection(ini: Ini, end: number): void {
  const last = ini.sections.at(-1);
  if (last !== undefined) last.end = end;
}

function readEntry(ini: Ini, line: string, at: number): IniEntry {
  const section = ini.sections.at(-1)?.name;
  if (section === undefined) return refuse(at, 'stands before the first [section]');
  const split = line.search(/[=:]/);
  if (split < 0) refuse(at, 'has no "=" or ":"');
  const key = line.slice(0, split).trim();
  if (key === '') refuse(at, 'has no key before its "="');
  return { section, key, value: unquote(line.slice(split + 1).trim()), first: at, end: at + 1 };
}

function unquote(value: string): string {
  return /^["']/.test(value) && value.at(0) === value.at(-1) ? value.slice(1, -1) : value;
}

function refuse(at: number, what: string): never {
  throw new CloudError('invalid', `line ${at + 1} ${what}`);
}
