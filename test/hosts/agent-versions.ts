import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from '../harness/program.ts';
import { ownCpuType } from '../../tools/package/cpu-types.ts';

/** Versions of the agent that a control plane gives out, one at a time. */
export type AgentVersions = {
  /** The one of the sources. */
  first: string;
  /** Where the control plane takes it from. */
  folder: string;
  /** Gives out the agent of the sources with `change` made to its program, and its unit with a line more, as another version; its name. */
  publish: (label: string, change: (program: string) => string) => string;
  /** Gives out none. */
  withdraw: () => void;
  remove: () => void;
};

const unit = 'novadock-agent.service';
const archive = `novadock-agent-linux-${ownCpuType()}.tar.gz`;

/** For a control plane with NOVADOCK_AGENT_PACKAGES set to `folder`: gives out the agent of the sources, which has to be made already. */
export function openAgentVersions(folder: string): AgentVersions {
  const made = join(repository, 'dist/agent');
  for (const name of [archive, archive.replace('tar.gz', 'json')]) cpSync(join(made, name), join(folder, name));
  const { version: first, unpackedBytes } = JSON.parse(readFileSync(manifestIn(folder), 'utf8')) as { version: string; unpackedBytes: number };
  const unpacked = mkdtempSync(join(tmpdir(), 'nd-agent-'));
  execFileSync('tar', ['-xzf', join(folder, archive), '-C', unpacked]);
  const program = readFileSync(join(unpacked, 'main.js'), 'utf8');
  const unitOfFirst = readFileSync(join(unpacked, unit), 'utf8');
  return {
    first, folder,
    publish: (label, change) => {
      const version = `${first.split('+')[0]}+${label}`;
      writeFileSync(join(unpacked, 'main.js'), change(program));
      writeFileSync(join(unpacked, unit), `${unitOfFirst}# ${label}\n`);
      writeFileSync(join(unpacked, 'VERSION'), `${version}\n`);
      mkdirSync(folder, { recursive: true });
      const fresh = join(folder, `${archive}.new`);
      execFileSync('tar', ['--use-compress-program=gzip -1', '-cf', fresh, '-C', unpacked, '.']);
      const bytes = readFileSync(fresh);
      renameSync(fresh, join(folder, archive));
      writeFileSync(manifestIn(folder), JSON.stringify({ version, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length, unpackedBytes }));
      return version;
    },
    withdraw: () => rmSync(folder, { recursive: true }),
    remove: () => rmSync(unpacked, { recursive: true }),
  };
}

function manifestIn(folder: string): string {
  return join(folder, archive.replace('tar.gz', 'json'));
}
