const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A JSON value as Python's repr() writes it; Nova's refusals show values so. */
export function toRepr(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `[${value.map(toRepr).join(', ')}]`;
  if (typeof value === 'object') return `{${Object.entries(value).map(([key, item]) => `${quote(key)}: ${toRepr(item)}`).join(', ')}}`;
  return String(value);
}

/** A JSON value as Python's str() writes it: like repr(), but text bare. */
export function toStr(value: unknown): string {
  return typeof value === 'string' ? value : toRepr(value);
}

function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/[\\\p{C}\p{Zl}\p{Zp}]|[\p{Zs}--[ ]]|'/gv, (char) => (char === "'" ? (mark === "'" ? "\\'" : char) : escapeChar(char)));
  return mark + escaped + mark;
}

function escapeChar(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const hex = (digits: number) => code.toString(16).padStart(digits, '0');
  return escapes[char] ?? (code < 0x100 ? `\\x${hex(2)}` : code < 0x10000 ? `\\u${hex(4)}` : `\\U${hex(8)}`);
}
