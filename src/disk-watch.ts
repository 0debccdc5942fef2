/** Looks at the room on the disk, so that somebody hears of it before there is none. */
import type { Faults } from './faults.ts';
import type { Clock, Timer } from './ports.ts';

const everyUs = 60_000_000;
/** Less is a fault; it is over with a quarter more. */
const lowBytes = 100 * 1024 * 1024;

/** Watches until it is closed. `free`: bytes free where the database is. */
export function watchDisk(clock: Clock, faults: Faults, free: () => number): { close(): void } {
  let timer: Timer | undefined;
  const look = () => {
    const bytes = free();
    if (bytes < lowBytes) {
      faults.raise({
        code: 'disk-low',
        what: 'less than 100 MiB is left on the disk of the database',
        do: 'make room: delete backups and what else is not needed (df -h)',
      });
    } else if (bytes > lowBytes * 1.25) {
      faults.clear('disk-low');
    }
    timer = clock.after(everyUs, look);
  };
  look();
  return { close: () => timer?.cancel() };
}
