import type { App, Deps } from '../../deps.ts';

/** The image service. */
export async function image(_app: App, _deps: Deps): Promise<void> {}
