import type { Flag, Node, Tree, Word } from './completion-script.ts';

/** A line for each word, with the condition under which it can follow. */
export function fishScript({ name, nodes, globals }: Tree): string {
  const lines = nodes.flatMap((node) => {
    const when = conditionOf(node, nodes);
    return [...node.words.map((word) => `complete -c ${name} -f${when} -a ${word.word}${saying(word)}`), ...node.flags.map((flag) => flagLine(name, when, flag))];
  });
  return `${[...globals.map((flag) => flagLine(name, '', flag)), ...lines].join('\n')}\n`;
}

function flagLine(name: string, when: string, flag: Flag): string {
  const values = flag.values.length === 0 ? '' : ` -xa '${flag.values.join(' ')}'`;
  return `complete -c ${name}${when}${flag.short === undefined ? '' : ` -s ${flag.short.slice(1)}`} -l ${flag.word.slice(2)}${values}${saying(flag)}`;
}

/** Its own path was typed, and none of what is below it. */
function conditionOf({ path }: Node, nodes: Node[]): string {
  const below = nodes.filter((node) => node.path.length === path.length + 1 && path.every((word, index) => node.path[index] === word)).map((node) => node.path.at(-1));
  const seen = path.map((word) => `__fish_seen_subcommand_from ${word}`);
  const conditions = [...seen, ...(below.length === 0 ? [] : [`not __fish_seen_subcommand_from ${below.join(' ')}`])];
  return conditions.length === 0 ? '' : ` -n '${conditions.join('; and ')}'`;
}

function saying({ description }: Word): string {
  return description === '' ? '' : ` -d '${description.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
}
