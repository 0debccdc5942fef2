/** A restore against the kernel's GPIO character device. */

import { guestTests } from './rig.ts';

guestTests('a restore', './guest-restore.js', 900);
