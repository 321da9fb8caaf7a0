import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultHostProfile } from '@novadock/model';
import { createSetupContext } from '../create-setup-context.ts';
import { runSetup } from '../run-setup.ts';
import type { SetupContext } from '../setup-step.ts';

/** For tests: this very machine is a host; throws what is not so and cannot be made so. */
export async function prepareHost(): Promise<SetupContext> {
  const ctx = await createSetupContext({
    imageFolder: join(import.meta.dirname, '../../../../images/hello'),
    profile: { name: 'default', revision: 1, ...defaultHostProfile },
    controllerUrl: undefined,
    changesFolder: mkdtempSync(join(tmpdir(), 'ndc-')),
  });
  const { error } = await runSetup({ kind: 'apply', ctx, report: async () => {} });
  if (error !== undefined) throw new Error(`${error.step}: ${error.message}`);
  return ctx;
}
