import { join } from 'node:path';
import { createSetupContext, runSetup, setupSteps, type SetupContext, type SetupNews } from '@novadock/host-setup';
import { CloudError, defaultHostProfile, type HostProfile } from '@novadock/model';
import { readAppliedProfile, writeAppliedProfile } from './setup/applied-profile.ts';

/** The folder of the image that comes along. */
const imageFolder = join(import.meta.dirname, '../../../images/hello');

export const defaultProfile: HostProfile = { name: 'default', revision: 1, ...defaultHostProfile };

/** Where all that is about set-ups is kept. `home`: Novadock's folder on this host. */
export function setupFolder(home: string): string {
  return join(home, 'agent/setup');
}

/** The context of a set-up of this host. */
export function openSetupContext(options: { home: string; profile: HostProfile; controllerUrl: string | undefined }): Promise<SetupContext> {
  const { home, ...wanted } = options;
  const identityFolder = wanted.controllerUrl === undefined ? undefined : join(home, 'agent');
  return createSetupContext({ imageFolder, changesFolder: join(setupFolder(home), 'changes'), identityFolder, ...wanted });
}

/**
 * Makes this machine fit to be a host, as the profile that was applied last says, or else the default one; with a line to `print`
 * for each step. Throws what the step that failed says.
 */
export async function setUp({ home, print }: { home: string; print: (line: string) => void }): Promise<void> {
  const before = await readAppliedProfile(setupFolder(home));
  const { profile, controllerUrl } = before?.state === 'applied' ? before : { profile: defaultProfile, controllerUrl: undefined };
  const ctx = await openSetupContext({ home, profile, controllerUrl });
  const { error } = await runSetup({ kind: 'apply', ctx, report: async (news) => printNews(news, print) });
  const title = setupSteps.find(({ name }) => name === error?.step)?.title;
  if (error !== undefined) throw new CloudError('unavailable', `${title}: ${error.message}`, { reason: error.code });
  await writeAppliedProfile(setupFolder(home), { state: 'applied', profile, controllerUrl });
}

function printNews(news: SetupNews, print: (line: string) => void): void {
  if (!('step' in news)) return;
  const { title, state, detail } = news.step;
  if (state === 'ok') print(`✔ ${title}: ${detail}`);
  if (state === 'runs' && detail !== '') print(`… ${title}: ${detail}`);
  if (state === 'changed') print(`✔ ${title}: done, ${detail}`);
}
