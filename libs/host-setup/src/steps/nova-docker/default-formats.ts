import { splitIniList } from '../../ini/split-ini-list.ts';
import type { SetupContext } from '../../setup-step.ts';
import { pythonOf } from './python-of.ts';

const script = "from glance.common import config; print(','.join(next(o.default for o in config.image_format_opts if o.name == 'container_formats')))";
/** Of Liberty, whose default still lacked docker. */
const documented = ['ami', 'ari', 'aki', 'bare', 'ovf', 'ova'];

/** What Glance takes when its files leave container_formats open: as the installed Glance says, else the comment in its file, else as documented. */
export async function defaultFormats(ctx: SetupContext, options: { text: string; virtualenv: string }): Promise<{ formats: string[]; source: string }> {
  const python = await pythonOf(ctx, { program: 'glance-api', virtualenv: options.virtualenv });
  const asked = await ctx.run(python, ['-c', script], { isProbe: true, timeoutMs: 60_000, env: { PYTHONDONTWRITEBYTECODE: '1' } });
  if (asked.code === 0 && asked.stdout.trim() !== '') return { formats: splitIniList(asked.stdout), source: 'the installed Glance' };
  const comment = /^[#;][ \t]?container_formats[ \t]*=(.+)$/m.exec(options.text)?.[1];
  if (comment !== undefined) return { formats: splitIniList(comment), source: 'the comment in that file' };
  return { formats: documented, source: 'the documentation of Glance up to Liberty' };
}
