import type { Rollout, RolloutHost } from '@novadock/api-client';
import type { Colors } from '../format/column.ts';

/** Of the failures so many are shown. */
const mostFailures = 10;

/** A rollout as an operator watches it: wave by wave, and what failed, with where to read on. */
export function renderRollout(rollout: Rollout, failures: RolloutHost[], colors: Colors): string {
  const shown = failures.slice(0, mostFailures).map((host) => failureLine(rollout.id, host, colors));
  const more = failures.length > mostFailures ? [`        ${failures.length - mostFailures} more: novadock rollout status ${rollout.id} --hosts failed`] : [];
  return [headLine(rollout, colors), ...waveLines(rollout, colors), ...shown, ...more].join('\n');
}

function headLine(rollout: Rollout, colors: Colors): string {
  const { id, profile, state, reason, waves, startedAt, etaAt, inFlight, inFlightLimit, disturbed, behind } = rollout;
  const word = `${state.toUpperCase().replaceAll('_', ' ')}${reason === null ? '' : ` (${reason.replaceAll('_', ' ')})`}`;
  const begun = waves.filter((wave) => wave.state !== 'pending').length;
  return [
    colors.bold(id),
    `${profile.name}@${profile.revision}`,
    `${stateColor(state, colors)(word)}${state === 'running' && begun > 0 ? ` wave ${begun}/${waves.length}` : ''}`,
    ...(startedAt === null ? [] : [`started ${clock(startedAt)}`]),
    ...(etaAt === null ? [] : [`ETA ${clock(etaAt)}`]),
    `in flight ${inFlight}/${inFlightLimit}`,
    disturbed === 0 ? 'disturbed instances 0' : colors.red(`disturbed instances ${disturbed}`),
    ...(behind === 0 ? [] : [`behind ${behind}`]),
  ].join('  ');
}

type Counts = Rollout['counts'];
const counted: [title: string, count: keyof Counts][] = [['HOSTS', 'hosts'], ['OK', 'ok'], ['RUN', 'running'], ['FAIL', 'failed'], ['OFFLINE', 'offline'], ['SKIP', 'skipped']];
/** Of those that were taken back, which most rollouts have none of. */
const back: typeof counted = [['REVERTED', 'reverted']];

function waveLines({ waves, counts: all }: Rollout, colors: Colors): string[] {
  if (waves.length === 0) return [];
  const columns = [...counted, ...(all.reverted === 0 ? [] : back)];
  const titles = ['WAVE', 'STATE', ...columns.map(([title]) => title)];
  const rows = waves.map(({ name, state, counts }) => [name, state, ...columns.map(([, count]) => String(counts[count]))]);
  const widths = titles.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]) => cells.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ');
  return [colors.dim(line(titles)), ...waves.map((wave, index) => `${line(rows[index] ?? [])}${wave.state === 'running' ? colors.dim(`   stops at ${wave.allowedFailures + 1} failed of ${wave.planned}`) : ''}`)];
}

function failureLine(rollout: string, { host, state, error, failure }: RolloutHost, colors: Colors): string {
  const code = error === null ? failure : `step=${error.step} code=${error.code}`;
  return `${colors.red('FAILED')}  ${host}  ${code}  reverted=${state === 'reverted' ? 'yes' : 'no'}  novadock rollout log ${rollout} ${host}`;
}

function stateColor(state: Rollout['state'], colors: Colors): (text: string) => string {
  if (state === 'succeeded') return colors.green;
  return state === 'failed' || state === 'aborted' ? colors.red : colors.yellow;
}

function clock(time: string): string {
  const date = new Date(time);
  return [date.getHours(), date.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
}
