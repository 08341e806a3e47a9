package host

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"
	"syscall"

	"golang.org/x/sys/unix"

	"check_netstat/plugin/facts"
	"check_netstat/plugin/kernel"
)

// device is a network device, rtnetlink(7).
type device struct {
	name   string
	up     bool
	isVRF  bool
	master int32
	addrs  []netip.Addr
}

// devices returns the network devices of a namespace with their addresses.
func devices(netns string) (map[string]facts.Device, error) {
	var found map[string]facts.Device
	var err error
	if outside := kernel.Within(netns, func() { found, err = readDevices() }); outside != nil {
		return nil, outside
	}
	return found, err
}

func readDevices() (map[string]facts.Device, error) {
	byIndex := map[int32]*device{}
	err := dump(unix.RTM_GETLINK, unix.SizeofIfInfomsg, func(head []byte, attrs []syscall.NetlinkRouteAttr) {
		d := &device{up: binary.NativeEndian.Uint32(head[8:])&unix.IFF_UP != 0}
		d.link(attrs)
		byIndex[int32(binary.NativeEndian.Uint32(head[4:]))] = d
	})
	if err != nil {
		return nil, err
	}
	err = dump(unix.RTM_GETADDR, unix.SizeofIfAddrmsg, func(head []byte, attrs []syscall.NetlinkRouteAttr) {
		if d := byIndex[int32(binary.NativeEndian.Uint32(head[4:]))]; d != nil {
			d.address(attrs)
		}
	})
	if err != nil {
		return nil, err
	}
	found := make(map[string]facts.Device, len(byIndex))
	for _, d := range byIndex {
		found[d.name] = facts.Device{Up: d.up, Addrs: d.addrs}
	}
	for _, d := range byIndex {
		if vrf := byIndex[d.master]; vrf != nil && vrf.isVRF {
			whole := found[vrf.name]
			whole.Addrs = append(whole.Addrs, d.addrs...)
			found[vrf.name] = whole
		}
	}
	return found, nil
}

// link reads the attributes of a device.
func (d *device) link(attrs []syscall.NetlinkRouteAttr) {
	for _, a := range attrs {
		switch a.Attr.Type &^ unix.NLA_F_NESTED {
		case unix.IFLA_IFNAME:
			d.name = string(bytes.TrimRight(a.Value, "\x00"))
		case unix.IFLA_MASTER:
			if len(a.Value) >= 4 {
				d.master = int32(binary.NativeEndian.Uint32(a.Value))
			}
		case unix.IFLA_LINKINFO: // nested: IFLA_INFO_KIND is its first attribute
			d.isVRF = bytes.Contains(a.Value[:min(len(a.Value), 8)], []byte("vrf\x00"))
		}
	}
}

// address reads the attributes of an address. Of a point-to-point device
// IFA_LOCAL is the own one.
func (d *device) address(attrs []syscall.NetlinkRouteAttr) {
	var own, local netip.Addr
	for _, a := range attrs {
		switch addr, ok := netip.AddrFromSlice(a.Value); {
		case ok && a.Attr.Type == unix.IFA_ADDRESS:
			own = addr
		case ok && a.Attr.Type == unix.IFA_LOCAL:
			local = addr
		}
	}
	if local.IsValid() {
		own = local
	}
	if own.IsValid() {
		d.addrs = append(d.addrs, own)
	}
}

// dump visits the messages that answer a request, each with its head of that
// size and its attributes.
func dump(request, size int, visit func(head []byte, attrs []syscall.NetlinkRouteAttr)) error {
	raw, err := syscall.NetlinkRIB(request, syscall.AF_UNSPEC)
	if err != nil {
		return fmt.Errorf("asking for the network devices: %w", err)
	}
	messages, err := syscall.ParseNetlinkMessage(raw)
	if err != nil {
		return fmt.Errorf("reading the network devices: %w", err)
	}
	for i := range messages {
		if m := &messages[i]; len(m.Data) >= size {
			attrs, err := syscall.ParseNetlinkRouteAttr(m)
			if err != nil {
				continue // the end of the dump
			}
			visit(m.Data[:size], attrs)
		}
	}
	return nil
}
