/** The driver for older kernels against the kernel's GPIO in sysfs. */

import { guestTests } from './rig.ts';

guestTests('driver onoff', './guest-onoff.js', 900);
