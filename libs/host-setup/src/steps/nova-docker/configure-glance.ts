import type { NovaDockerProfile } from '@novadock/model';
import { fileChange } from '../../file-change.ts';
import { addIniListItem } from '../../ini/add-ini-list-item.ts';
import { setIniValue } from '../../ini/set-ini-value.ts';
import type { SetupContext } from '../../setup-step.ts';
import { applyEdits } from './apply-edits.ts';
import { configFiles } from './config-files.ts';
import { defaultFormats } from './default-formats.ts';
import { forNode } from './node-step.ts';
import { glanceApi } from './node-service.ts';
import { openConfigFile, type Edit, type OpenFile } from './open-config-file.ts';
import { rememberService } from './remember-service.ts';
import { servicesHere } from './services-here.ts';
import { undoEdits } from './undo-edits.ts';

const name = 'glance-conf';
/** Both names of the option; the first wins (glance/common/config.py). */
const keys = [{ section: 'image_format', key: 'container_formats' }, { section: 'DEFAULT', key: 'container_formats' }];

/** glance-api takes images of the container format docker, next to all that it takes already. */
export const configureGlance = forNode({
  name,
  title: 'Images of the format docker in Glance (glance-api.conf)',
  part: 'glance',

  async check(ctx, profile) {
    if (!(await servicesHere(ctx, profile)).includes(glanceApi)) return { ok: true, detail: 'glance-api does not run on this host' };
    const { edits, why } = await planEdits(ctx, profile);
    if (edits.length === 0) return { ok: true, detail: why };
    return { ok: false, why, todo: edits.map(({ path, key, to }) => `set container_formats = ${to} in [${key.section}] of ${path}, keeping the rest`).join('; '), files: edits.map(({ path, before, after }) => fileChange(path, before, after)) };
  },

  async apply(ctx, profile) {
    const { edits } = await planEdits(ctx, profile);
    await rememberService(ctx, glanceApi);
    await applyEdits(ctx, name, edits);
  },

  undo: (ctx) => undoEdits(ctx, name),
});

async function planEdits(ctx: SetupContext, profile: NovaDockerProfile): Promise<{ edits: Edit[]; why: string }> {
  const { main, others } = await configFiles(ctx, glanceApi);
  const files = await Promise.all([main, ...others].map((path) => openConfigFile(ctx, path)));
  const set = files.flatMap((file) => keyIn(file));
  if (set.length > 0) {
    const edits = set.flatMap(({ file, key }) => file.edit(key, (text) => addIniListItem(text, key, 'docker')));
    return { edits, why: set.map(({ file, key, value }) => `[${key.section}] of ${file.path} has container_formats = ${value}`).join(', ') };
  }
  const { formats, source } = await defaultFormats(ctx, { text: files[0]?.text ?? '', virtualenv: profile.virtualenv });
  const open = `${main} leaves container_formats open, and the default of Glance here is ${formats.join(',')} (as ${source} has it)`;
  if (formats.includes('docker')) return { edits: [], why: `${open}: docker is among them, so nothing has to be set` };
  const [key] = keys;
  return { edits: key && files[0] ? files[0].edit(key, (text) => setIniValue(text, key, [...formats, 'docker'].join(','))) : [], why: `${open}, without docker` };
}

function keyIn(file: OpenFile) {
  const key = keys.find((one) => file.get(one) !== undefined);
  return key === undefined ? [] : [{ file, key, value: (file.get(key) ?? '').replaceAll('\n', ' ') }];
}
