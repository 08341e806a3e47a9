package watch

import (
	"strings"

	"check_netstat/parse"
)

// Display returns the item for people, short, on one line or in a table's cell:
// its name, if the list gives one, then what it watches, then the program.
//
//	10.0.0.5:5432 billing
//	tcp *:443 nginx
//	udp 127.0.0.1:161
//	shop db 10.0.0.5:5432 java
//
// A program that is called like the item is not repeated. An item that cannot
// be judged is shown by its name or its key, which has the row's own text.
// Unlike a key it is not unique, and not yet safe to print.
func (it *Item) Display() string {
	name := strings.TrimSpace(it.Name)
	if it.Err != nil {
		if name == "" {
			return it.Key
		}
		return name
	}
	parts := make([]string, 0, 3)
	if name != "" {
		parts = append(parts, name)
	}
	parts = append(parts, it.displayEndpoint())
	if program := it.Program.Display(); program != "" && !strings.EqualFold(program, name) {
		parts = append(parts, program)
	}
	return strings.Join(parts, " ")
}

func (it *Item) displayEndpoint() string {
	if it.Kind == Count {
		return it.displayCount()
	}
	if it.Kind == Listening {
		return it.ProtoText() + " " + displayEnd(it.Local.String(), it.LocalPorts)
	}
	host := it.RemoteName
	if host == "" {
		host = it.Remote.String()
	}
	text := displayEnd(host, it.RemotePorts)
	if !it.Local.IsZero() || !it.LocalPorts.IsZero() {
		text += " from " + displayEnd(it.Local.String(), it.LocalPorts)
	}
	return text
}

// displayCount writes what is counted: "tcp CLOSE_WAIT", "udp".
func (it *Item) displayCount() string {
	if it.Proto == parse.UDP {
		return it.Proto.String()
	}
	return it.Proto.String() + " " + it.Counted().String()
}

// displayEnd writes an address and its ports without blanks, and what is not
// given as "*".
func displayEnd(host string, ports Ports) string {
	port := strings.ReplaceAll(ports.String(), " ", ",")
	if host == "" {
		host = "*"
	}
	if port == "" {
		port = "*"
	}
	return joinHostPort(host, port)
}
