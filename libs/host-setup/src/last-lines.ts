/** The last lines of a program's output that say something, for an error message. */
export function lastLines(text: string, count = 8): string {
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  return lines.slice(-count).join('\n');
}
