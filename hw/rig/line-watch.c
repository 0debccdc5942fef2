/*
 * Watches output lines of a gpio-sim chip from outside, as an oscilloscope would, so that a test can
 * say that a relay never got a pulse. It does not sample by the clock, which a busy machine would
 * make miss a short pulse, but stops one thread of the process under test at the beginning and the
 * end of each of its system calls and looks then: a level that lasts from one call to the next is
 * seen, always. Calls of other threads and of other processes are not waited for.
 *
 * usage: line-watch [-s DIR] -p PID LINE...
 *   -s DIR   the chip's directory in sysfs (default: $SIM)
 *   -p PID   the thread to watch; a process's main thread has the number of the process
 *
 * Prints "LINE LEVEL" for each line, then "ready", then "LINE LEVEL" at each change, until its
 * standard input ends; then "looks N", how often it looked at all lines.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static int lines;
static char **names;
static int *fds;
static char *seen;

/* Looks at all lines and prints those that have changed. */
static void look(void)
{
	for (int i = 0; i < lines; i++) {
		char now = 0;
		if (pread(fds[i], &now, 1, 0) != 1)
			err(1, "value");
		if (now != seen[i])
			printf("%s %c\n", names[i], now);
		seen[i] = now;
	}
}

static void open_lines(const char *sim)
{
	fds = calloc(lines, sizeof *fds);
	seen = calloc(lines, 1);
	if (!fds || !seen)
		err(1, NULL);
	for (int i = 0; i < lines; i++) {
		char path[4096];
		snprintf(path, sizeof path, "%s/sim_gpio%s/value", sim, names[i]);
		fds[i] = open(path, O_RDONLY);
		if (fds[i] < 0)
			err(1, "%s", path);
	}
}

/* Waits for the next stop; returns the signal that the thread is to get when it goes on. */
static int next_stop(pid_t thread)
{
	int status;
	if (waitpid(thread, &status, __WALL) < 0)
		err(1, "waitpid");
	if (!WIFSTOPPED(status))
		errx(1, "the process under test has ended");
	int is_event = status >> 16, is_call = WSTOPSIG(status) == (SIGTRAP | 0x80);
	return is_event || is_call ? 0 : WSTOPSIG(status);
}

int main(int argc, char **argv)
{
	const char *sim = getenv("SIM");
	pid_t thread = 0;
	int opt;
	while ((opt = getopt(argc, argv, "s:p:")) != -1) {
		switch (opt) {
		case 's': sim = optarg; break;
		case 'p': thread = atoi(optarg); break;
		default: return 1;
		}
	}
	lines = argc - optind;
	names = argv + optind;
	if (!sim || thread <= 0 || lines < 1)
		errx(1, "usage: line-watch [-s DIR] -p PID LINE...");

	setvbuf(stdout, NULL, _IOLBF, 0);
	open_lines(sim);
	if (ptrace(PTRACE_SEIZE, thread, NULL, (void *)PTRACE_O_TRACESYSGOOD) < 0 ||
	    ptrace(PTRACE_INTERRUPT, thread, NULL, NULL) < 0)
		err(1, "ptrace %d", thread);
	int signal = next_stop(thread);
	look();
	puts("ready");

	struct pollfd input = { .fd = 0, .events = POLLIN };
	unsigned long looks = 0;
	while (poll(&input, 1, 0) == 0) {
		if (ptrace(PTRACE_SYSCALL, thread, NULL, (void *)(long)signal) < 0)
			err(1, "ptrace");
		signal = next_stop(thread);
		look();
		looks++;
	}
	ptrace(PTRACE_DETACH, thread, NULL, (void *)(long)signal);
	printf("looks %lu\n", looks);
}
