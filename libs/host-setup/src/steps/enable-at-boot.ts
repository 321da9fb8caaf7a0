import { runOrThrow } from '../run-or-throw.ts';
import type { SetupContext, SetupStep } from '../setup-step.ts';

const name = 'boot';

/** The engine comes up with the host, before anybody asks for it. */
export const enableAtBoot: SetupStep = {
  name,
  title: 'Docker at boot',

  async check(ctx) {
    const manager = ctx.host.serviceManager;
    if (manager === 'none') return { ok: true, detail: 'no service manager here: the Novadock agent starts the engine, and again when it ends' };
    if (await isEnabled[manager](ctx)) return { ok: true, detail: `${manager} starts it` };
    return { ok: false, why: `${manager} does not start it`, todo: `enable it: ${enableCommands[manager].join(' ')}` };
  },

  async apply(ctx) {
    if (ctx.host.serviceManager === 'none') return;
    await ctx.changes.remember(name, 'enabled', true);
    const [command = '', ...args] = enableCommands[ctx.host.serviceManager];
    await runOrThrow(ctx.run, command, args);
  },

  async undo(ctx) {
    const manager = ctx.host.serviceManager;
    if (manager === 'none' || (await ctx.changes.recall(name, 'enabled')) === undefined || !(await isEnabled[manager](ctx))) return '';
    const [command = '', ...args] = disableCommands[manager];
    await runOrThrow(ctx.run, command, args);
    return `${manager} does not start the engine any more, as before`;
  },
};

const enableCommands = {
  systemd: ['systemctl', 'enable', 'docker'],
  openrc: ['rc-update', 'add', 'docker', 'default'],
  sysvinit: ['update-rc.d', 'docker', 'enable'],
};

const disableCommands = {
  systemd: ['systemctl', 'disable', 'docker'],
  openrc: ['rc-update', 'del', 'docker', 'default'],
  sysvinit: ['update-rc.d', 'docker', 'disable'],
};

const isEnabled = {
  systemd: async (ctx: SetupContext) => (await ctx.run('systemctl', ['is-enabled', 'docker'], { isProbe: true })).stdout.trim() === 'enabled',
  openrc: async (ctx: SetupContext) => /^\s*docker\b/m.test((await ctx.run('rc-update', ['show', 'default'], { isProbe: true })).stdout),
  sysvinit: async (ctx: SetupContext) => (await ctx.run('sh', ['-c', 'ls /etc/rc[2345].d/S??docker'], { isProbe: true })).code === 0,
};
