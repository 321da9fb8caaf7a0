import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudError } from '@novadock/model';
import { engineAnswers } from './engine-answers.ts';
import { settingProblems, type EngineSettings } from './engine-settings.ts';
import { findProgram } from './find-program.ts';
import { lastLines } from './last-lines.ts';
import type { SetupContext } from './setup-step.ts';
import { writeHostFile } from './write-host-file.ts';

/** Throws `invalid` (ENGINE_CONFIG_INVALID) when the engine says that it would not start with this daemon.json; before 23 it cannot be asked, and types are all that is looked at. */
export async function validateConfig(ctx: SetupContext, text: string): Promise<void> {
  const settings = JSON.parse(text) as EngineSettings;
  const problems = [...settingProblems(settings), ...(await driverProblems(ctx, settings))];
  if (problems.length > 0) throw invalid(problems.join('; '));
  if (!(await findProgram({ root: ctx.root, name: 'dockerd' }))) return;
  if (!(await ctx.run('dockerd', ['--help'], { isProbe: true })).stdout.includes('--validate')) return;
  const candidate = `${ctx.paths.unprovenConfig}.candidate`;
  const file = join(ctx.root, candidate);
  await writeHostFile(ctx, 'engine-config', { path: candidate, content: text, mode: 0o600 });
  try {
    const { code, output } = await ctx.run('dockerd', ['--validate', '--config-file', candidate]);
    if (code !== 0) throw invalid(lastLines(output).replaceAll(candidate, ctx.paths.daemonJson));
  } finally {
    await rm(file, { force: true });
  }

  function invalid(why: string): CloudError {
    return new CloudError('invalid', `The Docker Engine would not start with the settings of profile ${ctx.profile.name} in ${ctx.paths.daemonJson}, so it was left alone: ${why}. Change the profile, then run the set-up again`, { reason: 'ENGINE_CONFIG_INVALID' });
  }
}

/** With a log driver that there is not the engine starts, and then no container does. */
async function driverProblems(ctx: SetupContext, settings: EngineSettings): Promise<string[]> {
  if (settings['log-driver'] === undefined || !(await engineAnswers(ctx.connect))) return [];
  const { Plugins } = (await ctx.connect({ timeoutMs: 30_000 }).info()) as { Plugins?: { Log?: string[] } };
  const known = Plugins?.Log ?? [];
  return known.length === 0 || known.includes(String(settings['log-driver'])) ? [] : [`"log-driver" must be one of ${known.join(', ')}`];
}
