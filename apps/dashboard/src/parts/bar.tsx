import { count } from '../words.ts';

export type Part = { kind: 'ok' | 'running' | 'warn' | 'failed' | 'offline' | 'skipped' | 'pending'; label: string; count: number };

/** A bar of parts that grow and shrink; said in words to those who do not see it. */
export function Bar({ label, parts }: { label: string; parts: Part[] }) {
  const shown = parts.filter((part) => part.count > 0);
  const words = shown.length === 0 ? 'none' : shown.map((part) => `${count(part.count)} ${part.label}`).join(', ');
  return (
    <div class="bar" role="img" aria-label={`${label}: ${words}`}>
      {parts.map((part) => <span key={part.label} class={part.kind} style={{ flexGrow: part.count }} hidden={part.count === 0} />)}
    </div>
  );
}

const signs: Record<Part['kind'], string> = { ok: '✓', running: '▸', warn: '!', failed: '✕', offline: '○', skipped: '–', pending: '·' };

/** The numbers of a bar, each with its sign: colour alone says nothing. `always`: those that are shown when they are 0. */
export function Legend({ parts, always = [] }: { parts: Part[]; always?: string[] }) {
  return (
    <ul class="legend">
      {parts.filter((part) => part.count > 0 || always.includes(part.label)).map((part) => (
        <li key={part.label} class={part.count > 0 ? part.kind : 'none'}>
          <span class="sign" aria-hidden="true">{signs[part.kind]}</span>
          <b>{count(part.count)}</b> {part.label}
        </li>
      ))}
    </ul>
  );
}
