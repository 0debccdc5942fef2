/** What latchctl says of itself: made from the table of commands. */
import { type Command, everywhere, type OptionName, options } from './command.ts';

/** Every command in a line. */
export function overview(commands: readonly Command[]): string {
  const rows = commands.map(
    ({ name, args, summary }) => [[name, args].filter(Boolean).join(' '), summary] as const,
  );
  const lines = rows.map(([usage, summary]) =>
    usage.length > 34
      ? `  ${usage}\n${' '.repeat(38)}${summary}`
      : `  ${usage.padEnd(34)}  ${summary}`,
  );
  return [
    "latchctl: the technician's tool of latchd",
    '',
    ...lines,
    '',
    '  latchctl COMMAND --help tells more of one',
    ...everywhere.map(optionLine),
    '  The file is --config, else $LATCHD_CONFIG, else /etc/latchd/latchd.yaml.',
    '',
  ].join('\n');
}

/** One command, with its options. */
export function helpOf({ name, args, summary, details, options: own = [] }: Command): string {
  return [
    `latchctl ${[name, args].filter(Boolean).join(' ')}: ${summary}`,
    ...(details === undefined ? [] : ['', details]),
    '',
    ...[...own, ...everywhere].map(optionLine),
    '',
  ].join('\n');
}

function optionLine(name: OptionName): string {
  const option = options[name];
  const short = 'short' in option ? `-${option.short}, ` : '';
  const value = 'value' in option ? ` ${option.value}` : '';
  return `  ${`${short}--${name}${value}`.padEnd(22)}  ${option.help}`;
}
