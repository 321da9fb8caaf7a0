import type { Command } from 'commander';

/** A command with its path from the top, and the words that can follow it. */
type Node = { path: string[]; words: Word[]; values: Map<string, string[]> };
type Word = { word: string; description: string };

/** A script for a shell that completes what the tree of commands has: subcommands, options, and the values of options where they are few. */
export function completionScript(program: Command, shell: 'bash' | 'zsh' | 'fish'): string {
  const nodes = collect(program, []);
  const name = program.name();
  if (shell === 'fish') return fishScript(name, nodes);
  // zsh runs bash's completions itself.
  const prelude = shell === 'zsh' ? 'autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n' : '';
  return prelude + bashScript(name, nodes);
}

function collect(command: Command, path: string[]): Node[] {
  const options = [...command.options, ...(path.length === 0 ? [] : rootOf(command).options)].filter(({ hidden }) => !hidden);
  const subcommands = command.commands.map((sub) => ({ word: sub.name(), description: sub.description() }));
  const choices = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices.map((word) => ({ word, description: '' })));
  const flags = options.flatMap((option) => (option.long ? [{ word: option.long, description: option.description }] : []));
  const values = new Map(options.flatMap(({ short, long, argChoices = [] }) => [short, long].flatMap((flag): [string, string[]][] => (flag && argChoices.length > 0 ? [[flag, argChoices]] : []))));
  const node = { path, values, words: [...subcommands, ...choices, ...flags, { word: '--help', description: 'display help' }] };
  return [node, ...command.commands.flatMap((sub) => collect(sub, [...path, sub.name()]))];
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}

/** The words before the cursor that are commands are the path; what the node there has is offered. */
function bashScript(name: string, nodes: Node[]): string {
  const values = nodes[0]?.values ?? new Map<string, string[]>();
  const valueCases = [...values].map(([flag, choices]) => `    ${flag}) COMPREPLY=($(compgen -W "${choices.join(' ')}" -- "$cur")); return ;;`);
  const paths = nodes.filter(({ path }) => path.length > 0).map(({ path }) => `"${path.join(' ')}"`);
  const wordCases = nodes.map(({ path, words }) => `    "${path.join(' ')}") words="${words.map(({ word }) => word).join(' ')}" ;;`);
  return `_${name}() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" path="" words="" i next
  case "$prev" in
${valueCases.join('\n')}
  esac
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="\${path:+$path }\${COMP_WORDS[i]}"
    case "$next" in
    ${paths.join(' | ')}) path="$next" ;;
    esac
  done
  case "$path" in
${wordCases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _${name} ${name}
`;
}

function fishScript(name: string, nodes: Node[]): string {
  const lines = nodes.flatMap(({ path, words, values }) => {
    const below = nodes.filter((node) => node.path.length === path.length + 1 && node.path.slice(0, -1).join(' ') === path.join(' ')).map((node) => node.path.at(-1));
    const seen = path.map((word) => `__fish_seen_subcommand_from ${word}`);
    const condition = [...seen, ...(below.length === 0 ? [] : [`not __fish_seen_subcommand_from ${below.join(' ')}`])].join('; and ');
    const when = condition === '' ? '' : ` -n '${condition}'`;
    return words.map(({ word, description }) => {
      const said = description === '' ? '' : ` -d ${quote(description)}`;
      const choices = values.get(word);
      return word.startsWith('--') ? `complete -c ${name}${when} -l ${word.slice(2)}${choices === undefined ? '' : ` -xa '${choices.join(' ')}'`}${said}` : `complete -c ${name} -f${when} -a ${word}${said}`;
    });
  });
  return `${lines.join('\n')}\n`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
}
