/** All commands of latchctl, in the order of its help. A group is a file; to add one is to add a line. */
import { antiPassbackCommands } from './anti-passback.ts';
import { apiKeyCommands } from './apikeys.ts';
import { backupCommands } from './backup.ts';
import { clockCommands } from './clock.ts';
import type { Command } from './command.ts';
import { completionCommands } from './completion.ts';
import { configCommands } from './config-check.ts';
import { doctorCommands } from './doctor.ts';
import { enrolCommands } from './enrol.ts';
import { identifierCommands } from './identifiers.ts';
import { lockCommands } from './locks.ts';
import { statusCommands } from './print.ts';
import { simCommands } from './sim.ts';
import { tableCommands } from './tables.ts';
import { userCommands } from './users.ts';
import { watchCommands } from './watch.ts';

/** The table. */
export const commands: readonly Command[] = [
  ...statusCommands,
  ...watchCommands,
  ...doctorCommands,
  ...lockCommands,
  ...antiPassbackCommands,
  ...enrolCommands,
  ...identifierCommands,
  ...tableCommands,
  ...userCommands,
  ...apiKeyCommands,
  ...backupCommands,
  ...clockCommands,
  ...configCommands,
  ...simCommands,
  ...completionCommands(() => commands),
];
