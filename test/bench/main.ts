// npm run bench -- NAME: a measurement beside a peer in the same run.
import { prepareTests } from '../../tools/prepare-tests.ts';
import { api } from './api.ts';
import { boot } from './boot.ts';
import { prepare } from './prepare.ts';
import { rollout } from './rollout.ts';

const benches: Record<string, () => Promise<void>> = { boot, api, prepare, rollout };
const name = process.argv[2] ?? '';
const bench = benches[name];
if (bench === undefined) {
  console.error(`usage: npm run bench -- ${Object.keys(benches).join(' | ')}`);
  process.exit(2);
}
prepareTests();
await bench();
