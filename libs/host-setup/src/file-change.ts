import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { FileChange } from '@novadock/model';
import { redact } from './redact.ts';

/** What is shown of a diff; a journal entry has to fit a message. */
const maxLength = 64 * 1024;

/** How a file changes, as a unified diff; undefined stands for no file. Secrets are to be left out by the caller: those that can be told by their form are hidden anyway. */
export function fileChange(path: string, before: string | undefined, after: string | undefined): FileChange {
  const [from, to] = [before, after].map((text) => (text === undefined ? '/dev/null' : path)) as [string, string];
  const whole = createTwoFilesPatch(from, to, redact(before ?? ''), redact(after ?? ''), undefined, undefined, { context: 3, timeout: 2000, headerOptions: FILE_HEADERS_ONLY });
  return { path, diff: cut(whole ?? `${path}: too different to be shown\n`) };
}

function cut(diff: string): string {
  if (diff.length <= maxLength) return diff;
  const end = diff.lastIndexOf('\n', maxLength) + 1;
  return `${diff.slice(0, end)}… and ${diff.slice(end).split('\n').length - 1} more lines\n`;
}
