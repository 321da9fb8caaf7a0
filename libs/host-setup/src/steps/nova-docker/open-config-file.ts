import { CloudError } from '@novadock/model';
import type { IniKey } from '../../ini/find-ini-entry.ts';
import { getIniValue } from '../../ini/get-ini-value.ts';
import type { SetupContext } from '../../setup-step.ts';
import { readConfigFile, type ConfigText } from './read-config-file.ts';

/** One key of one file, as it is (undefined: left open) and as it is to be. */
export type Edit = { path: string; key: IniKey; from: string | undefined; to: string; before: string; after: string; encoding: ConfigText['encoding'] };

/** What a file says for a key; throws `invalid` where oslo.config refuses the file. */
export type OpenFile = ConfigText & { path: string; get(key: IniKey): string | undefined; edit(key: IniKey, change: (text: string) => string): Edit[] };

/** A file of oslo.config with what can be asked and done; `edit` gives back nothing where nothing changes. */
export async function openConfigFile(ctx: SetupContext, path: string): Promise<OpenFile> {
  const { text, encoding } = await readConfigFile(ctx, path);
  const get = (key: IniKey, of = text) => naming(path, () => getIniValue(of, key));
  return {
    path,
    text,
    encoding,
    get: (key) => get(key),
    edit: (key, change) => {
      const after = naming(path, () => change(text));
      return after === text ? [] : [{ path, key, from: get(key), to: get(key, after) ?? '', before: text, after, encoding }];
    },
  };
}

function naming<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    throw new CloudError('invalid', `${path}: ${error.message}. oslo.config, and so the service, does not read such a file. Mend it, then run the set-up again`, { cause: error });
  }
}
