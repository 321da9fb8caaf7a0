import { join } from 'node:path';
import { createSetupContext, runSetup, type SetupContext } from '@novadock/host-setup';

/** The folder of the image that comes along. */
const imageFolder = join(import.meta.dirname, '../../../images/hello');

export function openSetupContext(): Promise<SetupContext> {
  return createSetupContext({ imageFolder });
}

/** Makes this machine fit to be a host, with a line to `print` for each step; throws what the step that failed says. */
export async function setUp(print: (line: string) => void): Promise<void> {
  await runSetup({
    ctx: await openSetupContext(),
    report: ({ title, state, detail }) => {
      if (state === 'ok') print(`✔ ${title}: ${detail}`);
      if (state === 'applying') print(`… ${title}: ${detail}`);
      if (state === 'done') print(`✔ ${title}: done, ${detail}`);
    },
  });
}
