import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineProfile, SetupKind, SetupStepChange } from '@novadock/model';
import { createFakeHost, type FakeHost } from '../fake-host.ts';
import { runSetup } from '../run-setup.ts';

const osRelease = 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n';

/** For tests: a Debian with systemd that has no engine yet; `bare`: without systemd. */
export function createDebianHost(options: { engine?: Partial<EngineProfile>; files?: Record<string, string>; bare?: boolean } = {}): Promise<FakeHost> {
  const manager: Record<string, string> = options.bare === true ? {} : { '/run/systemd/system/x': '' };
  return createFakeHost({ osRelease, profile: { engine: options.engine }, files: { '/usr/bin/apt-get': '', ...manager, ...options.files } });
}

/** For tests: a whole run on it; `detailOf`: what a step said last. */
export async function setUp(host: FakeHost, kind: SetupKind) {
  const changes: SetupStepChange[] = [];
  const { error } = await runSetup({ kind, ctx: host.ctx, report: async (news) => void ('step' in news && changes.push(news.step)) });
  const detailOf = (name: string) => changes.findLast((change) => change.name === name)?.detail ?? '';
  return { error, detailOf };
}

/** For tests: whether it has a file or a folder. */
export const isThere = (host: FakeHost, path: string): boolean => existsSync(join(host.ctx.root, path));
