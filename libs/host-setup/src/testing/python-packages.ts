import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export type PythonPackage = { name: string; version: string; requires?: string[]; files?: Record<string, string> };

// A wheel is a zip archive (PEP 427); this one builds itself without asking an index for tools.
const backend = `
import json, os, sys, zipfile
def wheel(folder, name, version, requires, files):
    base = name.replace('-', '_')
    info = '%s-%s.dist-info' % (base, version)
    meta = 'Metadata-Version: 2.1\\nName: %s\\nVersion: %s\\n' % (name, version) + ''.join('Requires-Dist: %s\\n' % r for r in requires)
    contents = dict(files)
    contents[info + '/METADATA'] = meta
    contents[info + '/WHEEL'] = 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n'
    contents[info + '/RECORD'] = ''.join('%s,,\\n' % f for f in list(contents) + [info + '/RECORD'])
    file = '%s-%s-py3-none-any.whl' % (base, version)
    with zipfile.ZipFile(os.path.join(folder, file), 'w') as z:
        for path, text in contents.items(): z.writestr(path, text)
    return file
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    with open('package.json') as f: p = json.load(f)
    return wheel(wheel_directory, p['name'], p['version'], p.get('requires', []), p.get('files', {}))
if __name__ == '__main__':
    for p in json.load(sys.stdin): wheel(sys.argv[1], p['name'], p['version'], p.get('requires', []), p.get('files', {}))
`;

/** For tests: nova-docker as small as it can be. */
export const driverFiles = { 'novadocker/__init__.py': '', 'novadocker/virt/__init__.py': '', 'novadocker/virt/docker/__init__.py': 'class DockerDriver(object):\n    pass\n' };

/** For tests: packages as wheels in a folder. */
export function makeWheels(folder: string, packages: PythonPackage[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'backend.py'), backend);
  execFileSync('/usr/bin/python3', [join(folder, 'backend.py'), folder], { input: JSON.stringify(packages) });
}

/** For tests: a package as a git repository, with a branch that has it. */
export function makeRepository(folder: string, { branch, ...pythonPackage }: PythonPackage & { branch: string }): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'pyproject.toml'), '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n');
  writeFileSync(join(folder, 'backend.py'), backend);
  writeFileSync(join(folder, 'package.json'), JSON.stringify(pythonPackage));
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, '-c', 'user.name=test', '-c', 'user.email=test@localhost', ...args], { stdio: 'pipe' });
  git('init', '-q', '-b', branch);
  git('add', '.');
  git('commit', '-q', '-m', 'a release');
}

/** For tests: an index (PEP 503) of the wheels in a folder. */
export async function serveIndex(folder: string): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const [, kind, name = ''] = (request.url ?? '').split('/');
    const wheels = readdirSync(folder).filter((file) => file.endsWith('.whl'));
    if (kind === 'files' && wheels.includes(name)) return void response.end(readFileSync(join(folder, name)));
    const own = wheels.filter((file) => file.split('-')[0]?.replaceAll('_', '-') === name);
    response.writeHead(own.length > 0 ? 200 : 404, { 'content-type': 'text/html' });
    response.end(own.map((file) => `<a href="/files/${file}">${file}</a>`).join('\n'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => new Promise<void>((resolve) => (server.closeAllConnections(), server.close(() => resolve())));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple`, close };
}
