/** The clock of the machine is set, on the rig's kernel, while the panel does something in time. */

import { guestTests } from './rig.ts';

guestTests('a clock that is set', './guest-clock.js', 1500);
