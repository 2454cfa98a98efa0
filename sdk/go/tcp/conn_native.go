//go:build !wasip1

package tcp

import (
	"net"

	"flux-host/sdk/go/internal/abi"
)

func connection(opened, string) (net.Conn, error) { return nil, abi.ErrNative }
