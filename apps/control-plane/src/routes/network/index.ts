import type { App, Deps } from '../../deps.ts';

/** The network service. */
export async function network(_app: App, _deps: Deps): Promise<void> {}
