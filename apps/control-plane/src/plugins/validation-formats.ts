import { isIPv4, isIPv6 } from 'node:net';

/** Whether a value has the form; a text in place of `false` is all that the refusal says. */
export type Format = (value: string) => boolean | { refusal: string };

// \p{C}: control and the like; \p{Z}: blanks of all kinds, of which only spaces (Zs) may stand inside.
const name = /^(?![\p{C}\p{Z}])[^\p{C}\p{Zl}\p{Zp}]*(?<![\p{C}\p{Z}])$/u;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;
const keypairChars = '_- 0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The formats of Nova's schemas (nova/api/validation/validators.py). */
export const formats: Record<string, Format> = {
  uuid: (value) => uuid.test(value),
  ipv4: isIPv4,
  ipv6: isIPv6,
  regex: isRegex,
  'date-time': (value) => parseTime(value) !== undefined,
  base64: (value) => isBase64(value.replaceAll(/\s/g, '')),
  name: (value) => name.test(value) || invalidName('printable characters. Can not start or end with whitespace.'),
  keypairName: (value) => [...value].every((char) => keypairChars.includes(char)) || invalidName(`Only expected characters: [${keypairChars}]`),
};

/** An ISO 8601 time, or just a date, as Nova's clients write them (UTC unless they say else); undefined when it is none. */
export function parseTime(text: string): Date | undefined {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?))?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/.exec(text);
  if (match === null) return undefined;
  const [, date, time = '00:00', zone = 'Z'] = match;
  const offset = zone.length === 3 ? `${zone}:00` : zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const at = new Date(`${date}T${time.replace(',', '.')}${offset}`);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

function invalidName(why: string): { refusal: string } {
  return { refusal: `An invalid 'name' value was provided. The name must be: ${why}` };
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && base64.test(text);
}

function isRegex(value: string): boolean {
  try {
    return value !== '' && new RegExp(value) instanceof RegExp;
  } catch {
    return false;
  }
}
