// node tools/launch.mjs tools/bundle.ts NAME: bundles apps/NAME into dist/apps/NAME.
import { join } from 'node:path';
import { bundleApp } from './bundle-app.ts';

const name = process.argv[2] ?? '';
await bundleApp({ name, outDir: join(import.meta.dirname, '../dist/apps', name), sourceMap: true });
