import type { App } from '../../../deps.ts';

/** The document that describes these routes. */
export function getOpenapi(app: App): void {
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}
