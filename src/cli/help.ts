/** What latchctl says of itself: made from the table of commands. */
import { alone, type Command, everywhere, type OptionName, options } from './command.ts';

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
    ...[...everywhere, ...alone].map(optionLine),
    '  The file is --config, else $LATCHD_CONFIG, else /etc/latchd/latchd.yaml.',
    '  Exit status: 0 done, 1 not done, 64 the command line is wrong, 78 the configuration is.',
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
