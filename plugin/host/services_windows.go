package host

import (
	"errors"
	"unsafe"

	"golang.org/x/sys/windows"
)

// firstServices is the size of the buffer to begin with, in bytes; it grows to
// what Windows asks for.
const firstServices = 256 << 10

// services returns the short names of the services that run, by the process that
// runs them (EnumServicesStatusEx with SERVICE_PROCESS_INFO, for which every local
// user has the right). If Windows refuses, no service is known.
func services() map[uint32][]string {
	found := map[uint32][]string{}
	manager, err := windows.OpenSCManager(nil, nil, windows.SC_MANAGER_ENUMERATE_SERVICE)
	if err != nil {
		return found
	}
	defer func() { _ = windows.CloseServiceHandle(manager) }()
	var resume uint32
	for size := uint32(firstServices); ; {
		buf := make([]byte, size)
		var needed, count uint32
		err := windows.EnumServicesStatusEx(manager, windows.SC_ENUM_PROCESS_INFO, windows.SERVICE_WIN32, windows.SERVICE_ACTIVE,
			&buf[0], size, &needed, &count, &resume, nil)
		more := errors.Is(err, windows.ERROR_MORE_DATA)
		if err != nil && !more {
			return found
		}
		if count > 0 {
			for _, s := range unsafe.Slice((*windows.ENUM_SERVICE_STATUS_PROCESS)(unsafe.Pointer(&buf[0])), count) { //nolint:gosec // G103: filled by the call above
				pid := s.ServiceStatusProcess.ProcessId
				found[pid] = append(found[pid], windows.UTF16PtrToString(s.ServiceName))
			}
		}
		if !more {
			return found
		}
		if count == 0 { // not even one fits
			if needed == 0 {
				return found
			}
			size += needed
		}
	}
}
