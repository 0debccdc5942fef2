/*
 * Watches output lines of a gpio-sim chip from outside, as an oscilloscope would: prints every level
 * that it sees, so that a test can say that a relay never got a pulse.
 *
 * usage: line-watch [-s DIR] LINE...
 *   -s DIR   the chip's directory in sysfs (default: $SIM)
 *
 * Prints "LINE LEVEL" for each line, then "ready", then "LINE LEVEL" at each change, until its
 * standard input ends; then "samples N", how often it looked at all lines. It looks about as often as
 * the guest can make system calls, before every other process: a level that lasts from one system
 * call of another process to the next is seen.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

static char level(int fd)
{
	char value = 0;
	if (pread(fd, &value, 1, 0) != 1)
		err(1, "value");
	return value;
}

int main(int argc, char **argv)
{
	const char *sim = getenv("SIM");
	int opt;
	while ((opt = getopt(argc, argv, "s:")) != -1) {
		if (opt != 's')
			return 1;
		sim = optarg;
	}
	int lines = argc - optind;
	if (!sim || lines < 1)
		errx(1, "usage: line-watch [-s DIR] LINE...");

	int fds[lines];
	char seen[lines];
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 0; i < lines; i++) {
		char path[4096];
		snprintf(path, sizeof path, "%s/sim_gpio%s/value", sim, argv[optind + i]);
		fds[i] = open(path, O_RDONLY);
		if (fds[i] < 0)
			err(1, "%s", path);
		seen[i] = level(fds[i]);
		printf("%s %c\n", argv[optind + i], seen[i]);
	}
	sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){ .sched_priority = 30 });
	prctl(PR_SET_TIMERSLACK, 1);
	puts("ready");

	/* Only its end is waited for. The sleep leaves the processor to those who are watched. */
	struct pollfd input = { .fd = 0, .events = POLLIN };
	unsigned long samples = 0;
	while (samples % 64 || poll(&input, 1, 0) == 0) {
		for (int i = 0; i < lines; i++) {
			char now = level(fds[i]);
			if (now != seen[i])
				printf("%s %c\n", argv[optind + i], now);
			seen[i] = now;
		}
		samples++;
		clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){ .tv_nsec = 50000 }, NULL);
	}
	printf("samples %lu\n", samples);
}
