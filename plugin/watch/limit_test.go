package watch

import "testing"

func TestALimitOfAQueueIsReadFromBothLists(t *testing.T) {
	connections := read(t, "remoteIP,remotePort,service,maxRecvQ,maxSendQ\n192.0.2.1,80,nginx,0,4294967295\n192.0.2.1,81\n", Connection)
	listening := read(t, "ipProtocol,localPort,Service,MAXRECVQ\ntcp,80,nginx.service,5\n", Listening)
	for _, it := range append(connections, listening...) {
		if it.Err != nil {
			t.Error(it.Err)
		}
	}
	one, none, port := connections[0], connections[1], listening[0]
	if one.Service.String() != "nginx" || !one.MaxRecvQ.Exceeded(1) || one.MaxRecvQ.Exceeded(0) || one.MaxSendQ.String() != "4294967295" {
		t.Errorf("%q, %v, %v", one.Service, one.MaxRecvQ, one.MaxSendQ)
	}
	if !none.Service.IsAny() || none.MaxRecvQ != (Limit{}) || none.MaxRecvQ.Exceeded(1<<31) || none.MaxSendQ.String() != "" {
		t.Errorf("%q, %v, %v", none.Service, none.MaxRecvQ, none.MaxSendQ)
	}
	if port.Service.String() != "nginx.service" || port.MaxRecvQ != (Limit{5, true}) || port.Key != "listening/tcp/any:80/" {
		t.Errorf("%q, %v, %q", port.Service, port.MaxRecvQ, port.Key)
	}
}

func TestWhatIsNoNumberIsNoLimit(t *testing.T) {
	for _, text := range []string{"-1", "1.5", "1k", "4294967296", "x", "+1"} {
		items := read(t, "remoteIP,remotePort,maxSendQ\n192.0.2.1,80,"+text+"\n", Connection)
		if items[0].Err == nil {
			t.Errorf("maxSendQ %q is taken as %v", text, items[0].MaxSendQ)
		}
	}
}
