/**
 * The one schema of the configuration file: type, range, default, unit and a sentence for every
 * key. README's table is made from it.
 */
import { z } from 'zod';
import { wiegandTypes } from '../door/model.ts';
import { formatNames } from '../reader/formats.ts';
import { areaSchema, directionSchema, readerAreaSchema } from './areas.ts';
import { attemptsSchema, duressSchema, lineFaultsSchema } from './attempts.ts';
import { backupSchema } from './backup.ts';
import { enrolmentSchema } from './enrolment.ts';
import { inputSchema, outputSchema } from './inputs.ts';
import { chipSchema, lineSchema, lockListSchema, nameSchema } from './names.ts';
import { outboundRule } from './outbound.ts';
import { keypadSchema, modeSchema, serialSchema } from './readers.ts';

export const readerSchema = z.strictObject({
  name: nameSchema.meta({ description: 'Name of the reader in events and commands; unique.' }),
  wiegand: z
    .strictObject({
      d0: lineSchema.meta({
        description: 'Line of D0 (green wire), as offset on the chip (BCM number).',
      }),
      d1: lineSchema.meta({ description: 'Line of D1 (white wire).' }),
      chip: chipSchema.optional().meta({ description: 'Chip of both lines; default `gpio.chip`.' }),
    })
    .optional(),
  formats: z.array(z.enum(formatNames, 'is not a known format')).min(1).optional().meta({
    description:
      "Formats accepted, the first that holds decides; default: the panel's wiegand type.",
  }),
  frame_gap_ms: z.number().min(1).max(1000).optional().meta({
    unit: 'ms',
    description: 'Silence that ends a frame; default: adaptive, 15 to 25 ms.',
  }),
  locks: lockListSchema
    .optional()
    .meta({ description: 'Locks this reader may open; default: every lock.' }),
  repeat_ms: z
    .int()
    .min(0)
    .max(10_000)
    .default(0)
    .meta({
      unit: 'ms',
      description:
        'For a reader that sends a card again while it is held (about 2000): within this time of its ' +
        'last reading a card is the same presentation; 0: each reading is one.',
    }),
  led: outputSchema.optional().meta({ description: 'LED of the reader, green when energised.' }),
  red_led: outputSchema
    .optional()
    .meta({ description: 'Red LED, where it has a wire of its own.' }),
  buzzer: outputSchema.optional().meta({ description: 'Buzzer of the reader.' }),
  serial: serialSchema.optional(),
  keypad: keypadSchema.optional(),
  mode: modeSchema,
  area: readerAreaSchema,
  direction: directionSchema,
});

export const lockSchema = z.strictObject({
  line: lineSchema.meta({ description: 'Line of the relay, as offset on the chip.' }),
  chip: chipSchema.optional().meta({ description: 'Chip of the line; default `gpio.chip`.' }),
  active_low: z.boolean().default(false).meta({
    description: 'True where a low level energises the relay.',
  }),
  open_seconds: z.number().min(0.1).max(40).default(5).meta({
    unit: 's',
    description: 'How long a grant keeps the lock open, until the API sets another time.',
  }),
  relay: z
    .enum(['strike', 'magnet'])
    .default('strike')
    .meta({
      description:
        '`strike`: energised to open, locked at rest; for a strike at COM and NO, and for a magnet ' +
        'at COM and NC. `magnet`: energised to lock, only for a magnet at COM and NO; the door is ' +
        'OPEN whenever latchd does not run: after a stop, a crash, a power cut, `--rest`.',
    }),
  toggle: z
    .boolean()
    .default(false)
    .meta({
      description:
        'True: a grant opens until the next grant, which locks; a close, an emergency close and a ' +
        'restart lock too.',
    }),
});

/** Every key of the file. `meta` carries what README prints. */
export const configSchema = z.strictObject({
  data: z.string().min(1).default('./data').meta({
    description: 'Folder of the database; relative to the folder of this file.',
  }),
  http: z
    .strictObject({
      enabled: z.boolean().default(true).meta({
        description: 'Serve the HTTP API on the network; `latchctl` works without it too.',
      }),
      host: z.string().min(1).max(255).default('127.0.0.1').meta({
        description: 'Address to listen on; `0.0.0.0` for every network of this machine.',
      }),
      port: z.int().min(0).max(65535).default(8080).meta({
        description: 'TCP port; 0 takes any free one, which the log then names.',
      }),
      tls: z
        .strictObject({
          cert: z.string().min(1).meta({ description: 'Certificate chain, PEM file.' }),
          key: z.string().min(1).meta({ description: 'Private key, PEM file.' }),
        })
        .optional()
        .meta({ description: 'Serve HTTPS with this certificate.' }),
      memory_mb: z.int().min(32).max(2048).default(96).meta({
        unit: 'MiB',
        description: 'Heap of the web worker; beyond it the worker is restarted, not the door.',
      }),
    })
    .prefault({}),
  gpio: z
    .strictObject({
      driver: z.enum(['auto', 'chardev', 'onoff', 'sim']).default('auto').meta({
        description: 'How lines are reached; `auto` takes `chardev`, else `onoff`, never `sim`.',
      }),
      chip: chipSchema.default('gpiochip0').meta({
        description: 'Chip by label (`pinctrl-bcm2711`), name (`gpiochip0`) or path.',
      }),
    })
    .prefault({}),
  wiegand: z
    .strictObject({
      type: z.enum(wiegandTypes).default('wiegand_26').meta({
        description: 'Format of readers without a list of their own, until the API sets another.',
      }),
      identifier_representation: z.enum(['hex', 'decimal']).default('decimal').meta({
        description: 'How card numbers are written and bare digits read, until the API sets it.',
      }),
    })
    .prefault({}),
  readers: z.array(readerSchema).max(32).default([]),
  areas: z.array(areaSchema).max(16).default([]),
  locks: z.strictObject({
    first: lockSchema,
    second: lockSchema.optional(),
  }),
  inputs: z.array(inputSchema).max(32).default([]),
  door: z
    .strictObject({
      interlock: z
        .boolean()
        .default(false)
        .meta({
          description:
            'True: no grant opens the first door while the second is open, or the second while the ' +
            'first is open; exit buttons, fire and emergencies still open them.',
        }),
      mode_after_restart: z.enum(['keep', 'normal']).default('keep').meta({
        description: 'Whether a free or blocked door keeps its mode after a restart.',
      }),
    })
    .prefault({}),
  events: z
    .strictObject({
      keep: z.int().min(100).max(10_000_000).default(1_000_000).meta({
        unit: 'events',
        description: 'Length of the event log; the oldest are pruned.',
      }),
      when_unwritable: z.enum(['open', 'refuse']).default('open').meta({
        description: 'Whether doors still open while events cannot be written.',
      }),
    })
    .prefault({}),
  clock: z
    .strictObject({
      when_untrusted: z.enum(['refuse', 'accept']).default('refuse').meta({
        description: 'What happens to time-limited identifiers while the clock was never set.',
      }),
      timezone: z
        .string()
        .refine(isTimeZone, 'is not a time zone of the IANA database')
        .optional()
        .meta({
          description: 'Zone of time profiles, as `Europe/Berlin`; default: that of the machine.',
        }),
    })
    .prefault({}),
  backup: backupSchema,
  log: z
    .strictObject({
      level: z.enum(['debug', 'info', 'warn', 'error']).default('info').meta({
        description: 'Least level that is logged.',
      }),
    })
    .prefault({}),
  outbound: z
    .strictObject({
      allow: z
        .array(outboundRule)
        .max(256)
        .default([])
        .meta({
          description:
            'Hosts, addresses and networks (`192.168.1.0/24`) that webhooks and the remote server ' +
            'may be on, and no others; empty: any except loopback, link-local, multicast and this ' +
            "machine's own addresses, which need an entry of their own.",
        }),
    })
    .prefault({}),
  attempts: attemptsSchema,
  duress: duressSchema,
  line_faults: lineFaultsSchema,
  enrolment: enrolmentSchema,
});

/** Names alone: newer versions of Node would take offsets too, which know no summer time. */
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    // A RangeError: there is no such zone.
    return false;
  }
}
