import { Command, Option } from 'commander';
import type { Cli, Format, Io } from './cli.ts';
import { addCompletion } from './commands/completion.ts';
import { addEvents } from './commands/events.ts';
import { addHostAdd } from './commands/host-add.ts';
import { addHostDisable, addHostEnable } from './commands/host-enable.ts';
import { addHostForget } from './commands/host-forget.ts';
import { addHostPrepare } from './commands/host-prepare.ts';
import { addHostUnprepare } from './commands/host-unprepare.ts';
import { addHostWatch } from './commands/host-watch.ts';
import { addHostWithdraw } from './commands/host-withdraw.ts';
import { addHostList } from './commands/host-list.ts';
import { addHostRevoke } from './commands/host-revoke.ts';
import { addHostShow } from './commands/host-show.ts';
import { addHostToken } from './commands/host-token.ts';
import { addImageList } from './commands/image-list.ts';
import { addImageShow } from './commands/image-show.ts';
import { addInstanceActions } from './commands/instance-action.ts';
import { addInstanceCreate } from './commands/instance-create.ts';
import { addInstanceDelete } from './commands/instance-delete.ts';
import { addInstanceList } from './commands/instance-list.ts';
import { addInstanceLogs } from './commands/instance-logs.ts';
import { addInstanceShow } from './commands/instance-show.ts';
import { addProfileList } from './commands/profile-list.ts';
import { addProfileSet } from './commands/profile-set.ts';
import { addProfileShow } from './commands/profile-show.ts';
import { addRolloutLog } from './commands/rollout-log.ts';
import { addRolloutList } from './commands/rollout-list.ts';
import { addRolloutOrders } from './commands/rollout-order.ts';
import { addRolloutPlan } from './commands/rollout-plan.ts';
import { addRolloutRehearse } from './commands/rollout-rehearse.ts';
import { addRolloutSet } from './commands/rollout-set.ts';
import { addRolloutStart } from './commands/rollout-start.ts';
import { addRolloutStatus } from './commands/rollout-status.ts';
import { createCli } from './create-cli.ts';
import { exitCodesHelp } from './exit-codes.ts';

type AddCommand = (parent: Command, cli: Cli) => void;

const groups: { name: string; description: string; commands: AddCommand[] }[] = [
  { name: 'instance', description: 'What you boot', commands: [addInstanceList, addInstanceShow, addInstanceCreate, addInstanceDelete, addInstanceActions, addInstanceLogs] },
  { name: 'image', description: 'What instances are booted from', commands: [addImageList, addImageShow] },
  { name: 'host', description: 'The machines that instances run on (administrators)', commands: [addHostToken, addHostAdd, addHostList, addHostShow, addHostEnable, addHostDisable, addHostPrepare, addHostUnprepare, addHostWatch, addHostWithdraw, addHostRevoke, addHostForget] },
  { name: 'profile', description: 'What hosts are to be (administrators)', commands: [addProfileList, addProfileShow, addProfileSet] },
  { name: 'rollout', description: 'Bring hosts to a revision of a profile, a few at a time (administrators)', commands: [addRolloutPlan, addRolloutStart, addRolloutStatus, addRolloutList, addRolloutOrders, addRolloutSet, addRolloutLog, addRolloutRehearse] },
];

/** The tree of commands. */
export function createProgram(io: Io): Command {
  const program = new Command('novadock')
    .description('Boot and watch containers on a fleet of hosts.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => void io.stdout.write(text), writeErr: (text) => void io.stderr.write(text) })
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['table', 'json', 'yaml']).default('table'))
    .option('--os-cloud <name>', 'a cloud in clouds.yaml; else OS_CLOUD, the OS_* variables, or the one that `npm start` made')
    .addHelpText('after', exitCodesHelp);
  const cli = createCli(io, () => program.opts<{ output: Format; osCloud?: string }>());
  for (const { name, description, commands } of groups) {
    const group = program.command(name).description(description);
    for (const add of commands) add(group, cli);
  }
  addEvents(program, cli);
  addCompletion(program, cli);
  return program;
}
