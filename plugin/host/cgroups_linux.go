package host

import (
	"bytes"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"

	"check_netstat/parse"
	"check_netstat/plugin/facts"
	"check_netstat/plugin/program"
	"check_netstat/plugin/service"
)

// cgroupMounts are where systemd mounts cgroup2, the second in hybrid mode.
var cgroupMounts = [...]string{"/sys/fs/cgroup", "/sys/fs/cgroup/unified"}

// cgroupRoot returns the mount point of cgroup2.
func cgroupRoot() (path string, ok bool) {
	for _, path := range cgroupMounts {
		var fs unix.Statfs_t
		if unix.Statfs(path, &fs) == nil && fs.Type == unix.CGROUP2_SUPER_MAGIC {
			return path, true
		}
	}
	return "", false
}

// The ID of a control group is the inode of its folder (cgroup_id, kernfs_ino),
// which a listing of the folder above shows, too. Nobody but root may look one up
// by its ID, so the tree is walked, the services of the system first, until all
// are found.

// maxFolders bounds the folders that are looked into.
const maxFolders = 20_000

// cgroupPaths returns the paths of control groups below the mount point.
func cgroupPaths(root string, ids []uint64) map[uint64]string {
	found := make(map[uint64]string, len(ids))
	left := map[uint64]bool{}
	for _, id := range ids {
		left[id] = true
	}
	var st unix.Stat_t
	if unix.Stat(root, &st) == nil && left[st.Ino] {
		found[st.Ino] = "/"
		delete(left, st.Ino)
	}
	buf := make([]byte, bufferLen)
	queue := []string{""}
	for n := 0; n < len(queue) && n < maxFolders && len(left) > 0; n++ {
		path := queue[n]
		var below []string
		dir, err := open(unix.AT_FDCWD, root+path, unix.O_DIRECTORY)
		if err != nil {
			continue // removed meanwhile, or not for us
		}
		_ = eachEntry(dir, buf, func(name []byte, inode uint64, kind byte) bool {
			if kind != unix.DT_DIR {
				return true
			}
			child := path + "/" + string(name[:len(name)-1])
			if left[inode] {
				found[inode] = child
				delete(left, inode)
			}
			below = append(below, child)
			return len(left) > 0
		})
		_ = unix.Close(dir)
		if path == "" {
			slices.SortFunc(below, func(a, b string) int {
				if a == "/system.slice" || b != "/system.slice" && a < b {
					return -1
				}
				return 1
			})
		}
		queue = append(queue, below...)
	}
	return found
}

// services finds the services that are wanted and, for who may not see the
// descriptors of others (blind), those of the sockets whose holders are wanted. It
// returns the mount point of cgroup2, "" if nothing was to be found.
func services(q *facts.Questions, blind bool, a *facts.Answers) (root string) {
	ids := slices.Clone(q.Cgroups)
	if blind {
		for _, id := range q.Groups {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return ""
	}
	root, ok := cgroupRoot()
	if !ok {
		a.NoServices = "no cgroup2 is mounted here, so that the service of a socket is not known"
		return ""
	}
	slices.Sort(ids)
	a.Services = map[uint64]service.Service{}
	for id, path := range cgroupPaths(root, slices.Compact(ids)) {
		a.Services[id] = service.Service{Path: path}
	}
	return root
}

// members returns the names of the programs of all processes of a control group.
// ok is false if a process is of another PID namespace, is gone or has a name of
// which only the beginning is known: then nothing is sure.
func members(root, path string, buf []byte) (all []program.Names, ok bool) {
	text, err := readWhole(root + path + "/cgroup.procs")
	if err != nil {
		return nil, false
	}
	for line := range bytes.Lines(text) {
		pid, err := strconv.ParseUint(string(bytes.TrimSpace(line)), 10, 32)
		if err != nil || pid == 0 {
			return nil, false
		}
		p, err := openProcess(uint32(pid))
		if err != nil {
			return nil, false
		}
		names, _, err := p.names(buf)
		p.close()
		if err != nil || names.Cut != "" || len(names.Whole) == 0 {
			return nil, false
		}
		all = append(all, names)
	}
	return all, len(all) > 0
}

// maxProcs bounds what is read of a cgroup.procs, in bytes.
const maxProcs = 1 << 20

func readWhole(path string) ([]byte, error) {
	fd, err := open(unix.AT_FDCWD, path, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = unix.Close(fd) }()
	var text []byte
	buf := make([]byte, 4<<10)
	for len(text) < maxProcs {
		n, err := unix.Read(fd, buf)
		if n <= 0 {
			return text, err
		}
		text = append(text, buf[:n]...)
	}
	return nil, unix.EFBIG
}

// byService settles sockets without an owner by their service: those of a control
// group all of whose processes are the program that is looked for. Who may not see
// descriptors is told whose sockets they are all the same. root is the mount point
// of cgroup2, if there is one.
func (s *search) byService(root string, groups map[uint32]uint64) {
	if root == "" || s.unsettled == 0 {
		return
	}
	s.answers.ByService = make([]map[uint64]bool, len(s.holders))
	known := map[uint64][]program.Names{}
	for i := range s.pairs {
		p := &s.pairs[i]
		id := groups[p.inode]
		of, found := s.answers.Services[id]
		if p.settled || id == 0 || !found || of.IsHidden() || len(s.answers.Owners[p.inode]) > 0 {
			continue
		}
		all, read := known[id]
		if !read {
			all, _ = members(root, of.Path, s.buf)
			known[id] = all
		}
		fits := len(all) > 0
		for _, names := range all {
			fits = fits && s.holders[p.of].Pattern.FitsAny(names) == parse.Yes
		}
		if !fits {
			continue
		}
		if s.answers.ByService[p.of] == nil {
			s.answers.ByService[p.of] = map[uint64]bool{}
		}
		s.answers.ByService[p.of][id] = true
		p.settled = true
		s.open[p.of]--
		s.unsettled--
	}
	s.countOwnerless()
}
