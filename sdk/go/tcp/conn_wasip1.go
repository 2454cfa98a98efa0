//go:build wasip1

package tcp

import (
	"fmt"
	"net"
	"net/netip"
	"os"
)

// conn knows whom it is connected to: a file descriptor of WASI cannot say.
type conn struct {
	*net.TCPConn
	remote net.Addr
}

func (c *conn) RemoteAddr() net.Addr { return c.remote }

// The host's handle is a WASI file descriptor of a non-blocking stream socket, which Go's own poller knows how to wait for.
func connection(o opened, address string) (net.Conn, error) {
	file := os.NewFile(uintptr(o.Handle), address)
	defer file.Close()
	c, err := net.FileConn(file)
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", address, err)
	}
	stream, ok := c.(*net.TCPConn)
	if !ok {
		c.Close()
		return nil, fmt.Errorf("dial %s: the host's handle %d is not a stream", address, o.Handle)
	}
	remote, err := netip.ParseAddrPort(o.Remote)
	if err != nil {
		return c, nil
	}
	return &conn{TCPConn: stream, remote: net.TCPAddrFromAddrPort(remote)}, nil
}
