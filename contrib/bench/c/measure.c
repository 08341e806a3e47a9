// measure COMMAND [ARGUMENT]...: run a command and write to descriptor 3 what
// it cost, children included: exit status as wait(2) has it, user and system
// CPU in microseconds, peak memory in KiB.
//
// It is C and static because ru_maxrss begins, at exec, with the peak of the
// process that forked (setmax_mm_hiwater_rss in exec_mmap, fs/exec.c): below a
// Go program every command would seem to need as much memory as Go.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
	if (argc < 2 || fcntl(3, F_SETFD, FD_CLOEXEC) < 0)
		return 2;
	pid_t pid = fork();
	if (pid < 0)
		return 2;
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	int status;
	struct rusage used;
	while (wait4(pid, &status, 0, &used) < 0)
		if (errno != EINTR)
			return 2;
	dprintf(3, "%d %lld %lld %ld\n", status,
		used.ru_utime.tv_sec * 1000000LL + used.ru_utime.tv_usec,
		used.ru_stime.tv_sec * 1000000LL + used.ru_stime.tv_usec,
		used.ru_maxrss);
	return 0;
}
