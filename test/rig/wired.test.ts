/** Contacts, buttons, LEDs and buzzers against the kernel's GPIO character device. */

import { guestTests } from './rig.ts';

guestTests('everything that is wired to a door', './guest-wired.js', 1500);
