// Runs a program of this repository under Node 24 or newer, after `npm ci` where that is due.
// Plain JavaScript, for it must run on whatever Node the machine has (20.19 and up), with nothing installed.
//   node tools/launch.mjs <file.ts | program> [args...]
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const stamp = join(modules, '.novadock-lock');

/** Installs the packages of the lockfile, unless those that are there came from this very lockfile. */
function installPackages() {
  const lock = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.error('Installing packages from the lockfile (npm ci, one to two minutes)…');
  const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (npm.error) fail(`npm could not be run (${npm.error.message}). Install npm 10 or newer, then run this again.`);
  if (npm.status !== 0) fail('`npm ci` failed; its message is above. The npm registry must be reachable (see `npm config get registry`). Run this again when it is.');
  writeFileSync(stamp, lock);
}

/** The path of a Node that strips types: this one, or the one that the lockfile brings along. */
function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  try {
    const found = createRequire(import.meta.url).resolve(`node-${process.platform}-${process.arch}/package.json`);
    return join(dirname(found), 'bin', 'node');
  } catch {
    return fail(`Node 24 or newer is needed. This is ${process.version}, and no Node comes along for ${process.platform}-${process.arch}: install one from https://nodejs.org.`);
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

installPackages();
const node = findNode();
const [command, ...args] = process.argv.slice(2);
if (command === undefined) fail('usage: node tools/launch.mjs <file.ts | program> [args...]');
const env = { ...process.env, PATH: [dirname(node), join(modules, '.bin'), process.env.PATH].join(delimiter) };
const isFile = /\.[cm]?[jt]s$/.test(command);
const child = spawn(isFile ? node : command, isFile ? [join(root, command), ...args] : args, { stdio: 'inherit', env });
child.on('error', (error) => fail(`${command} could not be run: ${error.message}`));
// A terminal sends Ctrl-C to the child as well; a supervisor sends SIGTERM to this process only.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => (signal ? process.kill(process.pid, signal) : process.exit(code ?? 1)));
