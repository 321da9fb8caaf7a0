import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const files: Record<string, string> = {
  'setup.py': "from setuptools import find_packages, setup\nsetup(name='nova-docker', version='2015.12', packages=find_packages(), install_requires=['oslo.config'])\n",
  'novadocker/__init__.py': '',
  'novadocker/virt/__init__.py': '',
  'novadocker/virt/docker/__init__.py': 'class DockerDriver(object):\n    pass\n',
};

/** Makes a git repository of a driver by nova-docker's name in `folder`, with its branch stable/liberty, to be cloned over plain HTTP; its path there. */
export function makeDriverRepository(folder: string): string {
  const work = mkdtempSync(join(tmpdir(), 'nd-driver-'));
  const bare = join(folder, 'nova-docker.git');
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(work, path)), { recursive: true });
      writeFileSync(join(work, path), text);
    }
    const git = (...args: string[]) => execFileSync('git', ['-C', work, '-c', 'user.name=test', '-c', 'user.email=test@localhost', ...args], { stdio: 'pipe' });
    git('init', '-q', '-b', 'stable/liberty');
    git('add', '.');
    git('commit', '-q', '-m', 'a driver');
    rmSync(bare, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    git('clone', '-q', '--bare', work, bare);
    execFileSync('git', ['-C', bare, 'update-server-info']);
  } finally {
    rmSync(work, { recursive: true });
  }
  return 'nova-docker.git';
}
