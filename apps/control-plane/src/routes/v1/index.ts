import type { App, Deps } from '../../deps.ts';

/** The v1 service. */
export async function v1(_app: App, _deps: Deps): Promise<void> {}
