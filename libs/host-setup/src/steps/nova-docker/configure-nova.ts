import { fileChange } from '../../file-change.ts';
import { setIniValue } from '../../ini/set-ini-value.ts';
import type { SetupContext } from '../../setup-step.ts';
import { applyEdits } from './apply-edits.ts';
import { configFiles } from './config-files.ts';
import { forNode } from './node-step.ts';
import { novaCompute } from './node-service.ts';
import { openConfigFile, type Edit } from './open-config-file.ts';
import { rememberService } from './remember-service.ts';
import { undoEdits } from './undo-edits.ts';

const name = 'nova-conf';
const driver = 'novadocker.virt.docker.DockerDriver';
const key = { section: 'DEFAULT', key: 'compute_driver' };

/** nova-compute is configured to load the Docker driver, whichever of its files would have the last word on that. */
export const configureNova = forNode({
  name,
  title: 'Docker as compute driver of Nova (nova.conf)',
  part: 'compute',

  async check(ctx) {
    const edits = await planEdits(ctx);
    if (edits.length === 0) return { ok: true, detail: `${key.key} = ${driver} in ${(await configFiles(ctx, novaCompute)).main}` };
    const why = edits.map(({ path, from }) => (from === undefined ? `${path} leaves ${key.key} open` : `${path} has ${key.key} = ${from}`)).join(', ');
    return { ok: false, why, todo: `set ${key.key} = ${driver} in ${edits.map(({ path }) => path).join(' and ')}, keeping the rest`, files: edits.map(({ path, before, after }) => fileChange(path, before, after)) };
  },

  async apply(ctx) {
    const edits = await planEdits(ctx);
    await rememberService(ctx, novaCompute);
    await applyEdits(ctx, name, edits);
  },

  undo: (ctx) => undoEdits(ctx, name),
});

async function planEdits(ctx: SetupContext): Promise<Edit[]> {
  const { main, others } = await configFiles(ctx, novaCompute);
  const files = await Promise.all([main, ...others].map((path) => openConfigFile(ctx, path)));
  // Debian's nova-compute-kvm brings nova-compute.conf with a driver of its own, which is read after nova.conf.
  return files.flatMap((file) => (file.path === main || file.get(key) !== undefined ? file.edit(key, (text) => setIniValue(text, key, driver)) : []));
}
