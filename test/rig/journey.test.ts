/** The whole program against the kernel's GPIO character device. */

import { guestTests } from './rig.ts';

guestTests('the whole panel', './guest-journey.js', 1500);
