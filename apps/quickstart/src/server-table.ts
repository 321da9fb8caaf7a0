import Table from 'cli-table3';

/** A row of `nova list`. */
export type ServerRow = { id: string; name: string; status: string; task: string | null; powerState: string; networks: Record<string, string[]> };

const border = {
  top: '-', 'top-mid': '+', 'top-left': '+', 'top-right': '+', bottom: '-', 'bottom-mid': '+', 'bottom-left': '+', 'bottom-right': '+',
  left: '|', 'left-mid': '+', mid: '-', 'mid-mid': '+', right: '|', 'right-mid': '+', middle: '|',
};

/** The table that `nova list` prints. */
export function serverTable(rows: ServerRow[]): string {
  const table = new Table({ head: ['ID', 'Name', 'Status', 'Task State', 'Power State', 'Networks'], chars: border, style: { head: [], border: [] } });
  for (const row of rows) {
    const networks = Object.entries(row.networks).map(([name, addresses]) => `${name}=${addresses.join(', ')}`).join('; ');
    table.push([row.id, row.name, row.status, row.task ?? '-', row.powerState, networks]);
  }
  // nova draws no line between rows.
  return table.toString().split('\n').filter((line, index, lines) => !line.startsWith('+') || index < 3 || index === lines.length - 1).join('\n');
}
