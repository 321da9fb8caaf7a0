import { isDeepStrictEqual } from 'node:util';
import { isObject, type EngineSettings } from './engine-settings.ts';

/** What was set: a key, or one within a key that holds an object. `from` or `to` is left out where the key is not there. */
export type SettingEdit = { key: string[]; from?: unknown; to?: unknown };

/** What `after` says otherwise than `before`. */
export function settingEdits(before: EngineSettings, after: EngineSettings): SettingEdit[] {
  return keysOf(before, after).flatMap((key) => {
    const [from, to] = [before[key], after[key]];
    const isWhole = !isObject(to) || (from !== undefined && !isObject(from));
    if (isWhole) return isDeepStrictEqual(from, to) ? [] : [editOf([key], from, to)];
    const inner = from ?? {};
    return keysOf(inner, to).filter((name) => !isDeepStrictEqual(inner[name], to[name])).map((name) => editOf([key, name], inner[name], to[name]));
  });
}

/** The settings without the edits: each key that still says what we set is as it was before the first edit of it; what somebody set since stays. `keys` are those that were taken back. */
export function withoutEdits(now: EngineSettings, edits: SettingEdit[]): { settings: EngineSettings; keys: string[] } {
  const settings = structuredClone(now);
  const byKey = Map.groupBy(edits, ({ key }) => JSON.stringify(key));
  const keys = [...byKey.values()].filter((ofKey) => takeBack(settings, ofKey)).map(([edit]) => edit?.key.join('.') ?? '');
  return { settings, keys };
}

/** The same for keys that we set once and that are not among the `wanted` ones any more: those of an earlier revision of the profile. */
export function withoutDropped(now: EngineSettings, { edits, wanted }: { edits: SettingEdit[]; wanted: EngineSettings }): { settings: EngineSettings; keys: string[] } {
  return withoutEdits(now, edits.filter(({ key }) => !isAmong(wanted, key)));
}

function isAmong(wanted: EngineSettings, [key = '', name]: string[]): boolean {
  const value = wanted[key];
  // What is wanted whole has no keys of ours in it.
  return value !== undefined && (name === undefined || !isObject(value) || name in value);
}

function takeBack(settings: EngineSettings, edits: SettingEdit[]): boolean {
  const [key = '', name] = edits[0]?.key ?? [];
  if (name === undefined) return takeBackIn(settings, key, edits);
  const inner = settings[key] ?? {};
  if (!isObject(inner) || !takeBackIn(inner, name, edits)) return false;
  // An object that is empty now was made for the key.
  if (Object.keys(inner).length === 0) delete settings[key];
  else settings[key] = inner;
  return true;
}

function takeBackIn(holder: EngineSettings, name: string, edits: SettingEdit[]): boolean {
  const [now, from] = [holder[name], edits[0]?.from];
  if (isDeepStrictEqual(now, from) || !edits.some(({ to }) => isDeepStrictEqual(to, now))) return false;
  if (from === undefined) delete holder[name];
  else holder[name] = from;
  return true;
}

function keysOf(one: EngineSettings, other: EngineSettings): string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])];
}

function editOf(key: string[], from: unknown, to: unknown): SettingEdit {
  return { key, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}
