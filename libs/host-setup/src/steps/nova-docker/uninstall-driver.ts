import { flushDisks } from '../../flush-disks.ts';
import { redact } from '../../redact.ts';
import type { SetupContext } from '../../setup-step.ts';
import { createPip } from './create-pip.ts';
import { endCutOff, linesWithout, readInstalls, type InstallBegins } from './driver-record.ts';
import { inspectPython } from './inspect-python.ts';
import { requirementName } from './requirement-name.ts';

/** Takes out of each Python exactly what was installed into it for the driver, and puts back what that replaced; tells what it did. */
export async function uninstallDriver(ctx: SetupContext): Promise<string> {
  const done: string[] = [];
  const firsts = new Map<string, InstallBegins>();
  for (const entry of await readInstalls(ctx)) if (entry.kind === 'begins' && !firsts.has(entry.python)) firsts.set(entry.python, entry);
  for (const first of firsts.values()) {
    // A virtualenv may be gone with all that was in it.
    if ((await inspectPython(ctx, first.python))?.pip === true) done.push(...(await takeBack(ctx, first)));
  }
  return done.join(', ');
}

async function takeBack(ctx: SetupContext, first: InstallBegins): Promise<string[]> {
  const { python, installed, indexUrl } = first;
  const pip = createPip(ctx, first);
  await endCutOff(ctx, { python, pip });
  const added = (await readInstalls(ctx, python)).flatMap((entry) => (entry.kind === 'ended' ? entry.added : []));
  const own = linesWithout(added, installed);
  // What somebody installed in another version since is theirs.
  const gone = (await pip.freeze()).filter((line) => own.includes(line)).map(requirementName);
  await pip.uninstall(gone);
  const names = own.map(requirementName);
  const back = linesWithout(installed, await pip.freeze()).filter((line) => names.includes(requirementName(line)));
  for (const requirement of back) await pip.install({ requirement, indexUrl, options: ['--no-deps'], constraints: [] });
  if (back.length > 0) await flushDisks(ctx);
  return [...(gone.length === 0 ? [] : [`uninstalled ${gone.join(', ')} from ${python}`]), ...back.map((line) => `installed ${redact(line)} again`)];
}
