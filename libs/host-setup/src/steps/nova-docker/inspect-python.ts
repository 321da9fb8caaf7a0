import { CloudError } from '@novadock/model';
import { lastLines } from '../../last-lines.ts';
import type { SetupContext } from '../../setup-step.ts';

export type InspectedPython = {
  /** 2 or 3. */
  major: number;
  pip: boolean;
  /** PEP 668: the distribution wants pip to keep off. */
  managed: boolean;
  /** Where Nova is, and its version; null where its version is not to be had. */
  nova: { version: string | null; folder: string } | null;
  /** What brings the module novadocker; `commit` where it came out of git. */
  driver: { name: string; version: string; commit: string | null; path: string } | null;
  /** Whether nova/virt/novadocker is there, the only place where Nova looks from Newton on. */
  inTree: boolean;
};

/** What a Python has of all that the driver needs; undefined where there is no such Python. Throws `unavailable` where it does not work. */
export async function inspectPython(ctx: SetupContext, python: string): Promise<InspectedPython | undefined> {
  const result = await ctx.run(python, ['-c', script], { isProbe: true, timeoutMs: 60_000, env: { PYTHONNOUSERSITE: '1', PYTHONDONTWRITEBYTECODE: '1' } });
  if (result.code === 127) return undefined;
  if (result.code === 0) return JSON.parse(result.stdout) as InspectedPython;
  throw new CloudError('unavailable', `${python} does not work (exit ${result.code}):\n${lastLines(result.output)}`);
}

// Of Python 2.7 and 3 alike, and importing nothing of Nova's: that might need its configuration.
const script = `
import json, os, sys, sysconfig
try:
    from importlib import metadata
    dists = [(d.metadata['Name'], d.version, d.read_text, str(getattr(d, '_path', ''))) for d in metadata.distributions()]
except ImportError:
    try:
        import pkg_resources
        read = lambda d: lambda name: d.get_metadata(name) if d.has_metadata(name) else None
        dists = [(d.project_name, d.version, read(d), d.egg_info or d.location or '') for d in pkg_resources.working_set]
    except ImportError:
        dists = []
sys.path = [p for p in sys.path if p]
def find(*names):
    paths = [os.path.join(p, *names) for p in sys.path]
    return next((p for p in paths if os.path.exists(p)), None)
def brings(read):
    top = read('top_level.txt')
    if top: return 'novadocker' in top.split()
    return any(line.startswith('novadocker/') for line in (read('RECORD') or '').split(chr(10)))
def commit(read):
    try: return json.loads(read('direct_url.json'))['vcs_info']['commit_id']
    except Exception: return None
nova = find('nova', 'virt')
driver = None
if find('novadocker', 'virt', 'docker', '__init__.py'):
    driver = next(({'name': n, 'version': v, 'commit': commit(r), 'path': p} for n, v, r, p in dists if n and brings(r)), None)
print(json.dumps({
    'major': sys.version_info[0],
    'pip': find('pip', '__init__.py') is not None,
    'managed': sys.prefix == getattr(sys, 'base_prefix', sys.prefix) and os.path.exists(os.path.join(sysconfig.get_path('stdlib'), 'EXTERNALLY-MANAGED')),
    'nova': nova and {'version': next((v for n, v, r, p in dists if n and n.lower() == 'nova'), None), 'folder': os.path.dirname(nova)},
    'driver': driver,
    'inTree': bool(nova and os.path.exists(os.path.join(nova, 'novadocker'))),
}))
`;
