/** Keys of what is wired to a door besides readers and relays, and what they come to. */
import { z } from 'zod';
import type { LockName } from '../door/model.ts';
import { type InputKind, inputKinds } from '../door/wired.ts';
import type { ConfigProblem } from '../errors.ts';
import type { ReaderOutput, WiredInput } from '../ports/doors.ts';
import { chipSchema, lineSchema, lockListSchema, nameSchema } from './names.ts';

/** An LED or a buzzer. */
export const outputSchema = z.strictObject({
  line: lineSchema.meta({ description: 'Line of the wire, as offset on the chip.' }),
  chip: chipSchema.optional().meta({ description: 'Chip of the line; default `gpio.chip`.' }),
  active_low: z.boolean().default(false).meta({
    description: 'True where a low level switches it on, as with most readers.',
  }),
});

export const inputSchema = z.strictObject({
  name: nameSchema.meta({ description: 'Name of the input in events and commands; unique.' }),
  kind: z.enum(inputKinds).meta({
    description:
      'What it is for. Active means: the button is pressed, the door is open, somebody tampers, ' +
      'there is a fire.',
  }),
  line: lineSchema.meta({ description: 'Line of the wire, as offset on the chip.' }),
  chip: chipSchema.optional().meta({ description: 'Chip of the line; default `gpio.chip`.' }),
  active_low: z.boolean().default(false).meta({ description: 'True where a low level is active.' }),
  bias: z.enum(['none', 'pull-up', 'pull-down']).default('none').meta({
    description: 'Resistor of the chip on the line; the driver `onoff` has only `none`.',
  }),
  debounce_ms: z
    .number()
    .min(0)
    .max(1000)
    .default(50)
    .meta({
      unit: 'ms',
      description:
        'A level that lasts shorter is ignored; at most 350, except for `fire`, so that no press of ' +
        '400 ms is missed.',
    }),
  locks: lockListSchema.optional().meta({
    description:
      'Locks of an `exit_button` or of `fire`, default all; the one lock of a `door_contact`, ' +
      'default `first`.',
  }),
  exit: z
    .enum(['releases', 'excuses'])
    .default('releases')
    .meta({
      description:
        'Of an `exit_button`: whether it releases the lock for its open time, or only excuses an ' +
        'opening in that time (a handle that opens by itself).',
    }),
  held_open_seconds: z.number().min(1).max(3600).default(30).meta({
    unit: 's',
    description:
      'Of a `door_contact`: how long the door may stand open, until the API sets another time.',
  }),
  warning_seconds: z.number().min(0).max(600).default(10).meta({
    unit: 's',
    description: 'Of a `door_contact`: how long before that the readers warn; 0 for never.',
  }),
  relock: z.boolean().default(true).meta({
    description: 'Of a `door_contact`: whether the lock locks as soon as the door is closed again.',
  }),
  reader: z.string().min(1).max(32).optional().meta({
    description: 'Of a `tamper` switch: the reader that it guards; default: the enclosure.',
  }),
});
type InputConfig = z.output<typeof inputSchema>;

/** The keys that only some kinds have. */
const kindsOf: { readonly [key: string]: readonly InputKind[] } = {
  locks: ['exit_button', 'door_contact', 'fire'],
  exit: ['exit_button'],
  held_open_seconds: ['door_contact'],
  warning_seconds: ['door_contact'],
  relock: ['door_contact'],
  reader: ['tamper'],
};

/** Longest debounce at which a pulse of 400 ms is seen for certain, ms. */
const longestDebounceMs = 350;

/** What does not go with the kind of an input. */
export function checkInput(raw: object, input: InputConfig, path: string): ConfigProblem[] {
  const { kind, debounce_ms, locks, held_open_seconds, warning_seconds } = input;
  const problems = Object.entries(kindsOf)
    .filter(([key, kinds]) => Object.hasOwn(raw, key) && !kinds.includes(kind))
    .map(([key, kinds]) => ({
      path: `${path}.${key}`,
      sentence: `is a key of ${kinds.join(', ')}, not of ${kind}`,
    }));
  const say = (key: string, sentence: string) =>
    problems.push({ path: `${path}.${key}`, sentence });
  if (kind !== 'fire' && debounce_ms > longestDebounceMs) {
    say(
      'debounce_ms',
      `must be ${longestDebounceMs} or less: a press of 400 ms must not be missed`,
    );
  }
  if (kind === 'door_contact') {
    if ((locks?.length ?? 1) > 1) say('locks', 'must name one lock: a contact is on one door');
    if (warning_seconds >= held_open_seconds) {
      say('warning_seconds', 'must be less than held_open_seconds');
    }
  }
  return problems;
}

/** The inputs of a configuration. `present`: the locks that there are. */
export function wiredInputs(
  inputs: readonly InputConfig[],
  present: readonly LockName[],
  defaultChip: string,
): WiredInput[] {
  return inputs.map((input) => wiredInput(input, present, defaultChip));
}

function wiredInput(
  input: InputConfig,
  present: readonly LockName[],
  defaultChip: string,
): WiredInput {
  const { name, kind, locks = present } = input;
  const wire = {
    name,
    chip: input.chip ?? defaultChip,
    line: input.line,
    bias: input.bias,
    activeLow: input.active_low,
    debounceUs: Math.round(input.debounce_ms * 1000),
  };
  switch (kind) {
    case 'exit_button':
      return { name, wire, kind, locks, way: input.exit };
    case 'door_contact': {
      const rules = {
        heldOpenUs: input.held_open_seconds * 1e6,
        warningUs: input.warning_seconds * 1e6,
        relockOnClose: input.relock,
      };
      return { name, wire, kind, lock: input.locks?.[0] ?? 'first', rules };
    }
    case 'tamper':
      return { name, wire, kind, of: input.reader ?? 'enclosure' };
    case 'fire':
      return { name, wire, kind, locks };
  }
}

/** The LEDs and buzzers of the readers. */
export function readerOutputs(
  readers: readonly ({
    readonly name: string;
  } & {
    readonly [key in 'led' | 'red_led' | 'buzzer']?: z.output<typeof outputSchema> | undefined;
  })[],
  defaultChip: string,
): ReaderOutput[] {
  return readers.flatMap(({ name: reader, led, red_led, buzzer }) => {
    const parts = [
      ['green', led],
      ['red', red_led],
      ['buzzer', buzzer],
    ] as const;
    return parts.flatMap(([part, output]) => {
      if (!output) return [];
      // No reader and no lock has a name with a dot.
      const wire = {
        name: `${reader}.${part}`,
        chip: output.chip ?? defaultChip,
        line: output.line,
        activeLow: output.active_low,
      };
      return [{ reader, part, wire }];
    });
  });
}
