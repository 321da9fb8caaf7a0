import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileChange } from '../file-change.ts';
import { orMissing } from '../or-missing.ts';
import { runOrThrow } from '../run-or-throw.ts';
import type { SetupContext, SetupStep } from '../setup-step.ts';
import { writeHostFile } from '../write-host-file.ts';

const name = 'socket';
const owner = 'root:docker';

/** The engine's socket belongs to root and the group docker, and is as open as the profile says, also after a restart: who may write to it is root. */
export const restrictSocket: SetupStep = {
  name,
  title: "Rights of the engine's socket",

  async check(ctx) {
    const { socket, socketDropIn } = ctx.paths;
    const { socketMode } = ctx.profile.engine;
    const warning = socketMode === '0666' ? ': every local user is root, in effect' : '';
    const todo = `set ${socket} to ${socketMode} ${owner}${warning}`;
    const [seen, dropIn] = [await readRights(ctx), await readFile(join(ctx.root, socketDropIn), 'utf8').catch(orMissing)];
    const files = lasts(ctx) && dropIn !== content(ctx) ? [fileChange(socketDropIn, dropIn, content(ctx))] : [];
    if (seen === '') return { ok: false, why: `${socket} is not there`, todo, files };
    if (seen !== wantedRights(ctx)) return { ok: false, why: `${socket} is ${seen}`, todo, files };
    if (files.length > 0) return { ok: false, why: `nothing keeps ${socket} so`, todo: `write ${socketDropIn}, so that it stays ${socketMode} ${owner}${warning}`, files };
    const until = lasts(ctx) || socketMode === '0660' ? '' : ", until the engine's next start";
    return { ok: true, detail: `${socket} is ${socketMode} ${owner}${until}${warning}` };
  },

  async apply(ctx) {
    if (lasts(ctx)) {
      await writeHostFile(ctx, name, { path: ctx.paths.socketDropIn, content: content(ctx), mode: 0o644 });
      // Read at the socket's next start; that of now is changed below, so that nobody is cut off.
      await runOrThrow(ctx.run, 'systemctl', ['daemon-reload']);
    }
    const seen = await readRights(ctx);
    if (seen === wantedRights(ctx)) return;
    if (seen !== '') await ctx.changes.remember(name, 'rights', seen);
    await runOrThrow(ctx.run, 'chown', [owner, ctx.paths.socket]);
    await runOrThrow(ctx.run, 'chmod', [ctx.profile.engine.socketMode.slice(1), ctx.paths.socket]);
  },

  async undo(ctx) {
    const done = (await ctx.changes.restoreFiles(name)).map(({ path }) => `removed ${path}`);
    if (lasts(ctx) && done.length > 0) await runOrThrow(ctx.run, 'systemctl', ['daemon-reload']);
    const before = await ctx.changes.recall(name, 'rights');
    const seen = await readRights(ctx);
    if (typeof before === 'string' && seen !== '' && seen !== before) {
      const [mode = '', was = ''] = before.split(' ');
      await runOrThrow(ctx.run, 'chown', [was, ctx.paths.socket]);
      await runOrThrow(ctx.run, 'chmod', [mode, ctx.paths.socket]);
      done.push(`set ${ctx.paths.socket} to ${before} again`);
    }
    return done.join(', ');
  },
};

/** Elsewhere dockerd makes its socket itself, 0660 root:docker. */
function lasts(ctx: SetupContext): boolean {
  return ctx.host.serviceManager === 'systemd';
}

function content(ctx: SetupContext): string {
  return `# Written by Novadock (docs/host-setup.md).\n[Socket]\nSocketMode=${ctx.profile.engine.socketMode}\nSocketUser=root\nSocketGroup=docker\n`;
}

function wantedRights(ctx: SetupContext): string {
  return `${ctx.profile.engine.socketMode.slice(1)} ${owner}`;
}

async function readRights(ctx: SetupContext): Promise<string> {
  return (await ctx.run('stat', ['-L', '-c', '%a %U:%G', ctx.paths.socket], { isProbe: true })).stdout.trim();
}
