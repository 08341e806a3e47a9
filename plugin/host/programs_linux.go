package host

// programs reads the names of a process from /proc.
func (h *Host) programs(pid uint32) []string {
	p, err := openProcess(pid)
	if err != nil {
		return nil
	}
	defer p.close()
	names, _, _ := p.names(make([]byte, bufferLen))
	return names
}
