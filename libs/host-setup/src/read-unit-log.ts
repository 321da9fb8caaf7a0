import type { SetupContext } from './setup-step.ts';

export type UnitLog = { lines: number; sinceMs?: number; untilMs?: number };

/** systemd's journal is a little behind on a busy host: it answers once it has written what came before. */
const syncTimeoutMs = 10_000;

/** The last lines that a unit of systemd has printed, or has between these moments (ms since 1970); "" for none. */
export async function readUnitLog({ run }: Pick<SetupContext, 'run'>, unit: string, { lines, sinceMs, untilMs }: UnitLog): Promise<string> {
  const bound = (name: string, timeMs: number | undefined) => (timeMs === undefined ? [] : [name, `@${(timeMs / 1000).toFixed(6)}`]);
  await run('journalctl', ['--sync'], { isProbe: true, timeoutMs: syncTimeoutMs });
  const args = ['-u', unit, ...bound('--since', sinceMs), ...bound('--until', untilMs), '-n', String(lines), '-o', 'cat', '--no-pager'];
  return (await run('journalctl', args, { isProbe: true })).stdout.trim();
}
