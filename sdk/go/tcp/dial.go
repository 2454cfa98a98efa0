// Package tcp connects to the hosts that the plugin was granted. The host checks the grant, resolves the name, and refuses
// link-local and metadata addresses.
package tcp

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"strconv"
	"time"

	"flux-host/sdk/go/internal/abi"
)

type request struct {
	Host      string `json:"host"`
	Port      int    `json:"port"`
	TimeoutMs int64  `json:"timeoutMs,omitempty"`
}

type opened struct {
	Handle int32  `json:"handle"`
	Remote string `json:"remote"`
}

// Dial connects to a host and port; network is "tcp", "tcp4" or "tcp6" (the host chooses the family in any case). The
// connection is a real one of package net: reads and writes let other goroutines run, deadlines work. While connecting, ctx
// bounds the time with its deadline only, as nothing else runs in the plugin meanwhile.
func Dial(ctx context.Context, network, address string) (net.Conn, error) {
	switch network {
	case "tcp", "tcp4", "tcp6":
	default:
		return nil, net.UnknownNetworkError(network)
	}
	host, service, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	port, err := strconv.ParseUint(service, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("dial %s: port %q is not a number", address, service)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r := request{Host: host, Port: int(port)}
	if deadline, ok := ctx.Deadline(); ok {
		r.TimeoutMs = max(time.Until(deadline).Milliseconds(), 1)
	}
	document, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	answer, err := abi.TCPOpen(document)
	if err != nil {
		return nil, err
	}
	var o opened
	if err := json.Unmarshal(answer, &o); err != nil {
		return nil, fmt.Errorf("dial %s: the host's answer is not JSON: %w", address, err)
	}
	return connection(o, address)
}
