/* Preloaded, lets writes to databases fail with EIO: `write` while the file BAD_DISK.write is there,
 * syncing while BAD_DISK.sync is. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static int is_bad(int fd, const char *what) {
  const char *base = getenv("BAD_DISK");
  char link[64], path[4096], flag[4096];
  if (!base) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  if (!strstr(path, ".mdb")) return 0;
  snprintf(flag, sizeof flag, "%s.%s", base, what);
  return access(flag, F_OK) == 0;
}

#define FAIL(what) \
  if (is_bad(fd, what)) { errno = EIO; return -1; }

ssize_t pwrite(int fd, const void *from, size_t size, off_t at) {
  FAIL("write")
  ssize_t (*real)(int, const void *, size_t, off_t) = dlsym(RTLD_NEXT, "pwrite");
  return real(fd, from, size, at);
}

ssize_t pwrite64(int fd, const void *from, size_t size, off64_t at) {
  FAIL("write")
  ssize_t (*real)(int, const void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pwrite64");
  return real(fd, from, size, at);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  FAIL("write")
  ssize_t (*real)(int, const struct iovec *, int) = dlsym(RTLD_NEXT, "writev");
  return real(fd, parts, count);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
  FAIL("write")
  ssize_t (*real)(int, const struct iovec *, int, off_t) = dlsym(RTLD_NEXT, "pwritev");
  return real(fd, parts, count, at);
}

int fdatasync(int fd) {
  FAIL("sync")
  int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync");
  return real(fd);
}
