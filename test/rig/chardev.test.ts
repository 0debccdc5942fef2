/** The default driver against the kernel's GPIO character device. */

import { guestTests } from './rig.ts';

guestTests('driver chardev', './guest-chardev.js', 900);
