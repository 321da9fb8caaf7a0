import { CloudError } from './errors.ts';

/** Splits a command line into its words as a POSIX shell does (quotes and backslashes, nothing expanded). Throws `invalid` when a quote is left open. */
export function splitCommand(line: string): string[] {
  const words: string[] = [];
  // A word is a run of: backslash and a character, a quoted part, or plain characters.
  const word = /(?:\\[\s\S]|'[^']*'|"(?:\\[\s\S]|[^"\\])*"|[^\s'"\\])+/y;
  let at = 0;
  for (;;) {
    at += line.slice(at).match(/^\s*/)?.[0].length ?? 0;
    if (at >= line.length) return words;
    word.lastIndex = at;
    const found = word.exec(line);
    if (found === null) throw new CloudError('invalid', `The command line has a quote or a backslash with nothing after it: ${line}`);
    words.push(unquote(found[0]));
    at += found[0].length;
  }
}

function unquote(word: string): string {
  return word.replaceAll(/\\([\s\S])|'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"/g, (_all, escaped?: string, single?: string, double?: string) =>
    escaped ?? single ?? (double ?? '').replaceAll(/\\(["\\$`])/g, '$1'));
}
