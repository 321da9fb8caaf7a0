import type { App, Deps } from '../../deps.ts';

/** The compute service. */
export async function compute(_app: App, _deps: Deps): Promise<void> {}
