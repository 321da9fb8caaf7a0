import type { Tree } from './completion-script.ts';

/** The words before the cursor that name a command are its path; what can follow that is offered. */
export function bashScript({ name, nodes, globals }: Tree): string {
  const valued = [...globals, ...nodes.flatMap(({ flags }) => flags)].filter(({ values }) => values.length > 0);
  const valueCases = valued.map(({ word, short, values }) => `    ${short === undefined ? word : `${short} | ${word}`}) COMPREPLY=($(compgen -W "${values.join(' ')}" -- "$cur")); return ;;`);
  const paths = nodes.filter(({ path }) => path.length > 0).map(({ path }) => `"${path.join(' ')}"`);
  const wordCases = nodes.map(({ path, words, flags }) => `    "${path.join(' ')}") words="${[...words, ...flags, ...globals].map(({ word }) => word).join(' ')}" ;;`);
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
