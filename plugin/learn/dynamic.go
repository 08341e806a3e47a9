package learn

import "check_netstat/parse"

// DefaultDynamic returns the ports that a system chooses itself where nobody
// has set it otherwise.
//
// Linux: net.ipv4.ip_local_port_range (ip(7), Documentation/networking/ip-sysctl.rst).
// Windows since Vista: 49152-65535 (netsh int ipv4 show dynamicport tcp), which
// is what RFC 6335, section 6, gives to all.
func DefaultDynamic(system parse.System) parse.PortRange {
	if system == parse.Linux {
		return parse.PortRange{First: 32768, Last: 60999}
	}
	return parse.PortRange{First: 49152, Last: 65535}
}
