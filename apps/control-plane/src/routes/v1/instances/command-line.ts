/** A command as one line that `splitCommand` takes apart again: words are quoted as for a shell where they need it. */
export function toCommandLine(command: string | string[]): string {
  return typeof command === 'string' ? command : command.map(quote).join(' ');
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
