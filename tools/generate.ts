// Makes the generated code again: gRPC types from proto/, Prisma's client from prisma/schema.prisma. `--check` fails on a difference.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const run = (program: string, args: string[], env: Record<string, string> = {}) =>
  execFileSync(join(root, 'node_modules/.bin', program), args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...env } });

// libs/rpc's own version: the one at the top may be another, through other packages.
const genTypes = existsSync(join(root, 'libs/rpc/node_modules/@grpc/proto-loader')) ? '../../libs/rpc/node_modules/.bin/proto-loader-gen-types' : 'proto-loader-gen-types';
run(genTypes, ['--longs=Number', '--enums=String', '--defaults', '--oneofs', '--grpcLib=@grpc/grpc-js', '--importFileExtension=.ts', '--outDir=libs/rpc/src/generated', 'proto/novadock/agent/v1/agent.proto']);
// Any executable that exists stops Prisma from fetching its native schema engine; `generate` runs on WASM.
run('prisma', ['generate'], { PRISMA_SCHEMA_ENGINE_BINARY: join(root, 'tools/schema-engine.mjs'), CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' });

if (process.argv.includes('--check')) {
  const changed = execFileSync('git', ['status', '--porcelain', '--', 'libs/rpc/src/generated', 'libs/store/src/generated'], { cwd: root, encoding: 'utf8' });
  if (changed !== '') {
    console.error(`The generated code is not what its sources make. Run \`npm run generate\` and commit:\n${changed}`);
    process.exitCode = 1;
  }
}
