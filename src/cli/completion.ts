/** `latchctl completion bash`, made from the table of commands. */
import { type Call, type Command, everywhere, options } from './command.ts';

/** The script for bash, of these commands. */
export function bashCompletion(commands: readonly Command[]): string {
  const rows = commands.map(({ name, args = '', options: own = [], choices = [] }) => {
    const flags = [...own, ...everywhere].map((option) => `--${option}`);
    const files = args.includes('FILE') ? ' files=yes' : '';
    return `    '${name}') words='${[...choices, ...flags].join(' ')}'${files} ;;`;
  });
  const firsts = [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? ''))];
  const groups = firsts.flatMap((first) => {
    const seconds = commands.flatMap(({ name }) => {
      const [group, second] = name.split(' ');
      return group === first && second !== undefined ? [second] : [];
    });
    return seconds.length > 0 ? [`    '${first}') seconds='${seconds.join(' ')}' ;;`] : [];
  });
  const takeFiles = Object.entries(options).flatMap(([name, option]) =>
    'value' in option && option.value === 'FILE' ? [`--${name}`] : [],
  );
  return `# bash completion of latchctl; made by: latchctl completion bash
_latchctl() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD - 1]}"
  local words='' seconds='' files='' name='' at
  case "$before" in
    ${takeFiles.join('|')}) mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
  esac
  local -a said=()
  for ((at = 1; at < COMP_CWORD; at++)); do
    case "\${COMP_WORDS[at]}" in
      ${takeFiles.join('|')}) ((at++)) ;;
      -*) ;;
      *) said+=("\${COMP_WORDS[at]}") ;;
    esac
  done
  if ((\${#said[@]} == 0)); then
    mapfile -t COMPREPLY < <(compgen -W '${firsts.join(' ')} --${everywhere.join(' --')}' -- "$current")
    return
  fi
  case "\${said[0]}" in
${groups.join('\n')}
  esac
  name="\${said[0]}"
  if [[ " $seconds " == *" \${said[1]-} "* && -n "\${said[1]-}" ]]; then
    name="\${said[0]} \${said[1]}"
    seconds=''
  fi
  case "$name" in
${rows.join('\n')}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words $seconds" -- "$current"; [[ -z "$files" || "$current" == -* ]] || compgen -f -- "$current")
}
complete -F _latchctl latchctl
`;
}

/** The command; the table is asked for only when it runs, because it stands in it itself. */
export function completionCommands(all: () => readonly Command[]): readonly Command[] {
  return [
    {
      name: 'completion bash',
      summary: 'a script for bash: latchctl completion bash > /etc/bash_completion.d/latchctl',
      async run({ print }: Call) {
        print(bashCompletion(all()).trimEnd());
      },
    },
  ];
}
