import type { CloudEvent } from '@novadock/api-client';

/** What happened in a rollout, on a line; undefined: nothing that somebody who watches has to read. */
export function eventLine({ at, kind, data }: CloudEvent): string | undefined {
  const what = kind.replace('rollout.', '');
  const text = (key: string) => (typeof data[key] === 'string' && data[key] !== '' ? data[key] : undefined);
  if (what === 'changed' || what === 'host_changed') return undefined;
  const time = at.slice(11, 19);
  if (what.startsWith('wave_')) return `${time} wave ${text('wave') ?? ''}: ${what.slice('wave_'.length)}`;
  if (!what.startsWith('host_')) return `${time} rollout: ${what.replaceAll('_', ' ')}${text('reason') === undefined ? '' : ` (${text('reason')})`}`;
  const failure = text('code') === undefined ? '' : failureWords(data);
  const skipped = text('skipped');
  return `${time} ${text('host') ?? ''}: ${what.slice('host_'.length).replaceAll('_', ' ')}${skipped === undefined ? '' : ` (${skipped})`}${failure}`;
}

/** The rest of the message, such as the end of the engine's log, is in the host's own log. */
function failureWords({ step, code, message }: CloudEvent['data']): string {
  return ` step=${String(step ?? '')} code=${String(code)}: ${String(message ?? '').split('\n')[0] ?? ''}`;
}
