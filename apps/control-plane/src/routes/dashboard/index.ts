import { join } from 'node:path';
import type { App } from '../../deps.ts';
import { getAsset } from './get-asset.ts';
import { getPage } from './get-page.ts';

/** Where tools/bundle-dashboard.ts puts the page. */
export const dashboardFolder = join(import.meta.dirname, '../../../../../dist/dashboard');

/** The page at `/` and its files, as they lie in `folder`. They are for everybody; what the page shows takes a token. */
export function dashboard(folder: string): (app: App) => Promise<void> {
  return async (app) => {
    getPage(app, folder);
    getAsset(app, folder);
  };
}
