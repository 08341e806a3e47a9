package match

import (
	"strings"

	"check_netstat/parse"
	"check_netstat/plugin/facts"
	"check_netstat/plugin/program"
	"check_netstat/plugin/service"
	"check_netstat/plugin/watch"
)

// askServices asks for the services of the control groups that matter: to items
// with a service and, if sockets are shown, to who looks at them.
func (c *Collector) askServices(q *questions) {
	seen := map[uint64]bool{}
	ask := func(s *parse.Socket) {
		if s.Cgroup != 0 && !seen[s.Cgroup] {
			seen[s.Cgroup] = true
			q.Cgroups = append(q.Cgroups, s.Cgroup)
		}
	}
	for i := range c.selectors {
		sel := &c.selectors[i]
		for _, g := range sel.order {
			if sel.served || c.keep > 1 {
				ask(&g.socket)
			}
		}
	}
	for _, u := range c.unexpected {
		for i := range u.sockets {
			ask(&u.sockets[i])
		}
	}
}

// serviceOf returns what is known of the service of a socket: by its control
// group, as the output shows it, or by the services of its process.
func serviceOf(s *parse.Socket, owners []facts.Process, answers *facts.Answers) service.Service {
	switch {
	case len(s.Services) > 0 && strings.HasPrefix(s.Services[0], "/"):
		return service.Service{Path: s.Services[0]}
	case len(s.Services) > 0:
		return service.Service{Names: s.Services}
	case s.Cgroup != 0:
		return answers.Services[s.Cgroup]
	}
	for i := range owners {
		if names := owners[i].Names.Services; len(names) > 0 {
			return service.Service{Names: names}
		}
	}
	return service.Service{}
}

// service says whether the service of sockets is the item's. Sockets that no
// process owns by nature fit any.
func (j *judge) service(it *watch.Item, s *parse.Socket, owners []facts.Process) parse.Tri {
	if it.Service.IsAny() || len(owners) == 0 && ownerless(s) {
		return parse.Yes
	}
	return it.Service.Fits(serviceOf(s, owners, &j.answers))
}

// byService reports whether every process of the socket's control group is of the
// program: then the socket is the program's, though nobody can be seen to hold it.
func (j *judge) byService(pattern program.Pattern, s *parse.Socket) bool {
	for i := range j.questions.Holders {
		if i < len(j.answers.ByService) && j.questions.Holders[i].Pattern.String() == pattern.String() {
			return j.answers.ByService[i][s.Cgroup]
		}
	}
	return false
}

// serviceNames names the services of sockets of which another was wanted.
func (j *judge) serviceNames(parts []*owned) string {
	return list(parts, func(p *owned) string { return serviceOf(&p.socket, p.owners, &j.answers).String() })
}

// holderNames names the programs of a socket, and its service if that says more:
// "java of billing.service", but "nginx" alone of nginx.service.
func (j *judge) holderNames(p *owned) string {
	names := j.ownerNames(&p.socket, p.owners)
	of := serviceOf(&p.socket, p.owners, &j.answers)
	name := strings.TrimSuffix(strings.TrimSuffix(of.String(), ".service"), ".socket")
	if of.IsHidden() || strings.EqualFold(name, strings.TrimSuffix(names, ".exe")) {
		return names
	}
	return names + " of " + of.String()
}
