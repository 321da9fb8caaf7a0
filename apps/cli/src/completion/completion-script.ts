import type { Command, Option } from 'commander';
import { bashScript } from './bash-script.ts';
import { fishScript } from './fish-script.ts';

export type Word = { word: string; description: string };
export type Flag = Word & { short?: string; values: readonly string[] };

/** A command by its path from the top, and what can follow it. */
export type Node = { path: string[]; words: Word[]; flags: Flag[] };

/** What can be completed: each command, and the options that all of them take. */
export type Tree = { name: string; nodes: Node[]; globals: Flag[] };

/** A script for a shell that completes commands, options, and the values of options where they are few. */
export function completionScript(program: Command, shell: 'bash' | 'zsh' | 'fish'): string {
  const help = { word: '--help', description: 'display help', values: [] };
  const tree = { name: program.name(), nodes: collect(program, []), globals: [...program.options.flatMap(toFlag), help] };
  if (shell === 'fish') return fishScript(tree);
  // zsh runs bash's completions itself.
  return `${shell === 'zsh' ? 'autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n' : ''}${bashScript(tree)}`;
}

function collect(command: Command, path: string[]): Node[] {
  const subcommands = command.commands.map((sub) => ({ word: sub.name(), description: sub.description() }));
  const choices = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices.map((word) => ({ word, description: '' })));
  const node = { path, words: [...subcommands, ...choices], flags: path.length === 0 ? [] : command.options.flatMap(toFlag) };
  return [node, ...command.commands.flatMap((sub) => collect(sub, [...path, sub.name()]))];
}

function toFlag({ short, long, description, argChoices = [] }: Option): Flag[] {
  return long === undefined ? [] : [{ word: long, short, description, values: argChoices }];
}
