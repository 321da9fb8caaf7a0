#!/usr/bin/env node
// `npx novadock`: on whatever Node the machine has, from any folder.
process.argv.splice(2, 0, 'apps/cli/src/main.ts');
await import('../../../tools/launch.mjs');
