import { Argument, type Command } from 'commander';
import type { Cli } from '../cli.ts';

const shells = ['bash', 'zsh', 'fish'] as const;

export function addCompletion(parent: Command, cli: Cli): void {
  parent
    .command('completion')
    .description('Print a script that completes command lines')
    .addArgument(new Argument('<shell>').choices(shells))
    .addHelpText('after', '\nTry it with: source <(novadock completion bash)')
    .action(async (shell: (typeof shells)[number]) => {
      const { completionScript } = await import('../completion/completion-script.ts');
      await cli.write(completionScript(parent, shell));
    });
}
