package wire

import (
	"io"
	"strings"

	"flux-host/plugins/git/internal/pktline"
)

// sideband reads the packfile out of frames whose first byte tells what they carry.
type sideband struct {
	in      *pktline.Reader
	ended   func(*pktline.Reader)
	pending []byte
	done    bool
}

func (s *sideband) Read(p []byte) (int, error) {
	for len(s.pending) == 0 {
		if s.done {
			return 0, io.EOF
		}
		kind, payload, err := s.in.Next()
		if err != nil {
			return 0, unexpected(err)
		}
		switch {
		case kind != pktline.Data:
			s.done = true
			s.ended(s.in)
		case len(payload) > 1 && payload[0] == 1:
			s.pending = payload[1:]
		case len(payload) > 1 && payload[0] == 3:
			return 0, &RemoteError{strings.TrimSpace(string(payload[1:]))}
		}
	}
	n := copy(p, s.pending)
	s.pending = s.pending[n:]
	return n, nil
}
