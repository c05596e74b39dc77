/* Interrupts one file call of this process, chosen by number: preloaded, so that nothing gets past it.

   Only calls that touch files below one folder are counted: by path, or by a descriptor opened there. */

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

enum { COUNT, KILL, TORN, FULL, STAYS_FULL, BROKEN, STAYS_BROKEN };

static char folder[4096];
static int armed, fault, at, calls, hit;
static char ours[1024];

void crash_arm(const char *path, int which, int number)
{
    strncpy(folder, path, sizeof folder - 1);
    fault = which;
    at = number;
    calls = hit = 0;
    armed = 1;
}

int crash_disarm(void)
{
    armed = 0;
    return calls;
}

int crash_struck(void) { return hit; }

static int below(const char *path) { return armed && path && !strncmp(path, folder, strlen(folder)); }
static int known(int fd) { return armed && fd >= 0 && fd < (int)sizeof ours && ours[fd]; }

/* Returns whether the call is to fail, with errno set; does not return from a kill. */
static int struck(int needs_room)
{
    calls++;
    int now = calls == at || (at && calls > at && (fault == STAYS_FULL || fault == STAYS_BROKEN));
    if (!now || fault == COUNT || fault == TORN)
        return 0;
    if (fault == KILL) {
        kill(getpid(), SIGKILL);
        pause();
    }
    if (fault == FULL || fault == STAYS_FULL) {
        errno = ENOSPC;
        hit |= needs_room;
        return needs_room;
    }
    errno = EIO;
    return hit = 1;
}

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) \
        real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define OPEN(name) \
    int name(const char *path, int flags, ...) \
    { \
        REAL(name); \
        va_list list; \
        va_start(list, flags); \
        int mode = va_arg(list, int); \
        va_end(list); \
        int mine = below(path); \
        if (mine && struck(!!(flags & O_CREAT))) \
            return -1; \
        int fd = real(path, flags, mode); \
        if (fd >= 0 && fd < (int)sizeof ours) \
            ours[fd] = mine; \
        return fd; \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
    int name(int folder_fd, const char *path, int flags, ...) \
    { \
        REAL(name); \
        va_list list; \
        va_start(list, flags); \
        int mode = va_arg(list, int); \
        va_end(list); \
        int mine = below(path); \
        if (mine && struck(!!(flags & O_CREAT))) \
            return -1; \
        int fd = real(folder_fd, path, flags, mode); \
        if (fd >= 0 && fd < (int)sizeof ours) \
            ours[fd] = mine; \
        return fd; \
    }
OPENAT(openat)
OPENAT(openat64)

int close(int fd)
{
    REAL(close);
    int mine = known(fd), fails = mine && struck(0), why = errno;
    if (fd >= 0 && fd < (int)sizeof ours)
        ours[fd] = 0;
    int result = real(fd); /* the kernel lets go of it, whatever it reports */
    if (fails)
        errno = why;
    return fails ? -1 : result;
}

ssize_t write(int fd, const void *bytes, size_t count)
{
    REAL(write);
    if (known(fd)) {
        int half = calls + 1 == at && (fault == TORN || fault == FULL || fault == STAYS_FULL);
        if (half && count)
            real(fd, bytes, count / 2);
        if (half && fault == TORN)
            fault = KILL;
        if (struck(1))
            return -1;
    }
    return real(fd, bytes, count);
}

ssize_t read(int fd, void *bytes, size_t count)
{
    REAL(read);
    return known(fd) && struck(0) ? -1 : real(fd, bytes, count);
}

#define BY_FD(type, name, arguments, values, room) \
    type name arguments \
    { \
        REAL(name); \
        return known(fd) && struck(room) ? -1 : real values; \
    }
#define BY_PATH(type, name, arguments, values, room, failed) \
    type name arguments \
    { \
        REAL(name); \
        return below(path) && struck(room) ? failed : real values; \
    }

BY_FD(int, fsync, (int fd), (fd), 1)
BY_FD(int, flock, (int fd, int how), (fd, how), 0)
BY_FD(int, fstat, (int fd, struct stat *status), (fd, status), 0)
BY_FD(int, fstat64, (int fd, struct stat64 *status), (fd, status), 0)
BY_PATH(int, rename, (const char *path, const char *to), (path, to), 1, -1)
BY_PATH(int, renameat, (int from, const char *path, int to_fd, const char *to), (from, path, to_fd, to), 1, -1)
BY_PATH(int, unlink, (const char *path), (path), 0, -1)
BY_PATH(int, unlinkat, (int from, const char *path, int flags), (from, path, flags), 0, -1)
BY_PATH(int, mkdir, (const char *path, mode_t mode), (path, mode), 1, -1)
BY_PATH(int, mkdirat, (int from, const char *path, mode_t mode), (from, path, mode), 1, -1)
BY_PATH(int, stat, (const char *path, struct stat *status), (path, status), 0, -1)
BY_PATH(int, stat64, (const char *path, struct stat64 *status), (path, status), 0, -1)
BY_PATH(int, lstat, (const char *path, struct stat *status), (path, status), 0, -1)
BY_PATH(int, lstat64, (const char *path, struct stat64 *status), (path, status), 0, -1)
BY_PATH(int, fstatat, (int from, const char *path, struct stat *status, int flags), (from, path, status, flags), 0, -1)
BY_PATH(int, fstatat64, (int from, const char *path, struct stat64 *status, int flags),
        (from, path, status, flags), 0, -1)
BY_PATH(int, utimensat, (int from, const char *path, const struct timespec times[2], int flags),
        (from, path, times, flags), 1, -1)
BY_PATH(DIR *, opendir, (const char *path), (path), 0, NULL)
