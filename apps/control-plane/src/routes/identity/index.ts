import type { App, Deps } from '../../deps.ts';

/** The identity service. */
export async function identity(_app: App, _deps: Deps): Promise<void> {}
