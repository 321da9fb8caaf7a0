import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { CloudError } from '@novadock/model';
import { engineAnswers } from '../engine-answers.ts';
import { runtimeName } from '../host-paths.ts';
import { smokeTestLabel } from '../running-containers.ts';
import type { SetupContext, SetupStep } from '../setup-step.ts';
import { writeHostFile } from '../write-host-file.ts';

const name = 'smoke-test';
const image = 'novadock/hello:latest';
const line = 'Hello from Docker\n';
/** What shows that a registry mirror works: the guide's own image, which every mirror of Docker Hub has. */
const mirrored = 'hello-world:latest';

/** A container of the shipped image runs to its end and says its line, with this engine, this runtime wrapper and this image. */
export const runSmokeTest: SetupStep = {
  name,
  title: 'Smoke test',

  async check(ctx) {
    const pull = pulledBy(ctx);
    const todo = `load the image ${image}, run it once with the runtime ${runtimeName}, and remove the container${pull === '' ? '' : `; pull ${pull}`}`;
    if (!(await engineAnswers(ctx.connect))) return { ok: false, why: 'the engine does not answer yet', todo };
    const passed = await readFile(join(ctx.root, ctx.paths.smokeTestRecord), 'utf8').catch(() => '');
    if (passed !== (await describeSubject(ctx))) return { ok: false, why: 'no container has been tried on this host as it is now', todo };
    if (!(await hasImage(ctx, image))) return { ok: false, why: `the image ${image} is gone`, todo };
    return { ok: true, detail: `a container of ${image} said "${line.trim()}"${pull === '' ? '' : `; ${pull} was pulled`}` };
  },

  async apply(ctx) {
    const engine = ctx.connect({ timeoutMs: 60_000 });
    for (const one of imagesOf(ctx)) await ctx.changes.remember(name, `had ${one}`, await hasImage(ctx, one));
    await loadImage(engine, ctx.shipped.smokeTestImage);
    const { exitCode, said } = await runOnce(engine);
    if (exitCode !== 0 || said !== line) {
      throw new CloudError('unavailable', `A container of ${image} ended with exit code ${exitCode} and said ${JSON.stringify(said)} in place of ${JSON.stringify(line)}. The engine's log says more`);
    }
    const pull = pulledBy(ctx);
    if (pull !== '') await pullImage(ctx, pull);
    await writeHostFile(ctx, name, { path: ctx.paths.smokeTestRecord, content: await describeSubject(ctx), mode: 0o644 });
  },

  async undo(ctx) {
    const removed: string[] = [];
    const images = (await engineAnswers(ctx.connect)) ? await rememberedImages(ctx) : [];
    for (const one of images) {
      if ((await ctx.changes.recall(name, `had ${one}`)) === false && (await removeImage(ctx, one))) removed.push(`removed the image ${one}`);
    }
    const restored = await ctx.changes.restoreFiles(name);
    return [...removed, ...restored.map(({ path }) => `removed ${path}`)].join(', ');
  },
};

function imagesOf(ctx: SetupContext): string[] {
  const pull = pulledBy(ctx);
  return pull === '' ? [image] : [image, pull];
}

/** What is pulled: the image that the profile names, or one that its registry mirrors have; "" for nothing. */
function pulledBy(ctx: SetupContext): string {
  const { smokeTestPull } = ctx.profile;
  return smokeTestPull === '' && mirrorsOf(ctx).length > 0 ? mirrored : smokeTestPull;
}

function mirrorsOf({ profile }: SetupContext): string[] {
  const mirrors = profile.engine.settings['registry-mirrors'];
  return Array.isArray(mirrors) ? mirrors.map(String) : [];
}

/** Those of the last profile: it is what the record of the test tells. */
async function rememberedImages(ctx: SetupContext): Promise<string[]> {
  const text = await readFile(join(ctx.root, ctx.paths.smokeTestRecord), 'utf8').catch(() => '{}');
  const { pull = '' } = JSON.parse(text) as { pull?: string };
  return pull === '' ? [image] : [image, pull];
}

/** False when it is gone, or a container still needs it. */
async function removeImage(ctx: SetupContext, one: string): Promise<boolean> {
  return ctx.connect({ timeoutMs: 60_000 }).getImage(one).remove().then(() => true, (error: { statusCode?: number }) => {
    if (error.statusCode === 404 || error.statusCode === 409) return false;
    throw error;
  });
}

async function pullImage(ctx: SetupContext, one: string): Promise<void> {
  // A registry that takes long answers with progress all the while.
  const engine = ctx.connect({ timeoutMs: 5 * 60_000 });
  try {
    const progress = await engine.pull(one.includes('@') || /:[^/]+$/.test(one) ? one : `${one}:latest`);
    await new Promise<void>((resolve, reject) => engine.modem.followProgress(progress, (error) => (error ? reject(error) : resolve())));
  } catch (cause) {
    const mirrors = mirrorsOf(ctx);
    const [by, another] = mirrors.length === 0 ? ['', ''] : [`, by ${mirrors.join(' and ')} or else its own registry`, '. An image that the mirror has can be named in smokeTestPull'];
    throw new CloudError('unavailable', `The engine cannot pull ${one}${by}: ${cause instanceof Error ? cause.message : String(cause)}. Look at the registry, at registry-mirrors and insecure-registries in engine.settings of the profile, and at its proxy${another}`, { cause });
  }
}

/** What the test is a test of: when one of these changes, it is due again. */
async function describeSubject(ctx: SetupContext): Promise<string> {
  const { Version } = await ctx.connect({ timeoutMs: 30_000 }).version();
  const digest = async (file: string) => createHash('sha256').update(await readFile(file).catch(() => '')).digest('hex');
  const [runtime, archive] = [await digest(join(ctx.root, ctx.paths.runtime)), await digest(ctx.shipped.smokeTestImage)];
  const [pull, mirrors] = [pulledBy(ctx), mirrorsOf(ctx)];
  return `${JSON.stringify({ engine: Version, runtime, image: archive, ...(pull === '' ? {} : { pull }), ...(mirrors.length === 0 ? {} : { mirrors }) })}\n`;
}

async function hasImage(ctx: SetupContext, one: string): Promise<boolean> {
  return ctx.connect({ timeoutMs: 30_000 }).getImage(one).inspect().then(() => true, () => false);
}

async function loadImage(engine: Docker, archive: string): Promise<void> {
  const progress = await engine.loadImage(Readable.from([await readFile(archive)]));
  await new Promise<void>((resolve, reject) => engine.modem.followProgress(progress, (error) => (error ? reject(error) : resolve())));
}

async function runOnce(engine: Docker): Promise<{ exitCode: number; said: string }> {
  const container = await engine.createContainer({
    Image: image,
    Cmd: ['--once'],
    Labels: { [smokeTestLabel]: 'true' },
    // The engine's default log driver may be one that cannot be read.
    HostConfig: { Runtime: runtimeName, NetworkMode: 'none', LogConfig: { Type: 'json-file', Config: {} } },
  });
  try {
    await container.start();
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    return { exitCode: StatusCode, said: unframe(await container.logs({ stdout: true, stderr: true })) };
  } finally {
    await container.remove({ force: true, v: true });
  }
}

// Each frame: stream, three zero bytes, length, text (Engine API, "Attach to a container", stream format).
function unframe(log: Buffer): string {
  let text = '';
  for (let at = 0; at + 8 <= log.length; ) {
    const length = log.readUInt32BE(at + 4);
    text += log.toString('utf8', at + 8, at + 8 + length);
    at += 8 + length;
  }
  return text;
}
