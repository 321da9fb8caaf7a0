import { runOrThrow } from '../run-or-throw.ts';
import type { SetupContext, SetupStep } from '../setup-step.ts';

/** The engine comes up with the host, before anybody asks for it. */
export const enableAtBoot: SetupStep = {
  name: 'boot',
  title: 'Docker at boot',

  async check(ctx) {
    const manager = ctx.host.serviceManager;
    if (manager === 'none') return { ok: true, detail: 'no service manager here: the Novadock agent starts the engine, and again when it ends' };
    if (await isEnabled[manager](ctx)) return { ok: true, detail: `${manager} starts it` };
    return { ok: false, why: `${manager} does not start it`, todo: `enable it: ${enableCommands[manager].join(' ')}` };
  },

  async apply(ctx) {
    if (ctx.host.serviceManager === 'none') return;
    const [command = '', ...args] = enableCommands[ctx.host.serviceManager];
    await runOrThrow(ctx.run, command, args);
  },
};

const enableCommands = {
  systemd: ['systemctl', 'enable', 'docker'],
  openrc: ['rc-update', 'add', 'docker', 'default'],
  sysvinit: ['update-rc.d', 'docker', 'enable'],
};

const isEnabled = {
  systemd: async (ctx: SetupContext) => (await ctx.run('systemctl', ['is-enabled', 'docker'])).stdout.trim() === 'enabled',
  openrc: async (ctx: SetupContext) => /^\s*docker\b/m.test((await ctx.run('rc-update', ['show', 'default'])).stdout),
  sysvinit: async (ctx: SetupContext) => (await ctx.run('sh', ['-c', 'ls /etc/rc[2345].d/S??docker'])).code === 0,
};
