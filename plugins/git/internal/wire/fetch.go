package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"flux-host/plugins/git/internal/pktline"
)

// Want says which objects to send.
type Want struct {
	IDs []string
	// Have are commits whose whole history is not to be sent. The client need not really have them.
	Have []string
	// Depth of the history; 0 means all of it.
	Depth int
	// Filter leaves objects out, e.g. `blob:none`; only where CanFilter.
	Filter string
}

// Fetch asks for objects and returns the packfile with them. What a server refuses that was not asked for its opening yet is
// asked for again after it: some want to be told more, and behind one name there may be servers of several versions.
func (s *Session) Fetch(ctx context.Context, want Want) (io.Reader, error) {
	packfile, err := s.fetch(ctx, want)
	var said *RemoteError
	if err == nil || s.caps != nil || final(err) || errors.As(err, &said) && said.NotOurRef() {
		return packfile, err
	}
	if err := s.open(ctx); err != nil {
		return nil, err
	}
	return s.fetch(ctx, want)
}

func (s *Session) fetch(ctx context.Context, want Want) (io.Reader, error) {
	if s.version != 2 {
		return s.fetchV0(ctx, want)
	}
	var request pktline.Writer
	request.Linef("command=fetch")
	s.common(&request)
	request.Delimiter()
	request.Linef("no-progress")
	request.Linef("ofs-delta")
	for _, id := range want.IDs {
		request.Linef("want %s", id)
	}
	want.restrict(&request)
	want.haves(&request)
	request.Linef("done")
	request.Flush()
	answer, err := s.conn.Exchange(ctx, request.Bytes())
	if err != nil {
		return nil, err
	}
	in := pktline.NewReader(answer)
	for {
		kind, line, err := in.Line()
		switch {
		case err != nil:
			return nil, fmt.Errorf("answer to fetch: %w", unexpected(err))
		case kind == pktline.Flush:
			return nil, fmt.Errorf("answer to fetch: no packfile")
		case line == "packfile":
			return &sideband{in: in, ended: s.ended}, nil
		case strings.HasPrefix(line, "ERR "):
			return nil, &RemoteError{line[4:]}
		}
	}
}

func (w Want) restrict(request *pktline.Writer) {
	if w.Depth > 0 {
		request.Linef("deepen %d", w.Depth)
	}
	if w.Filter != "" {
		request.Linef("filter %s", w.Filter)
	}
}

func (w Want) haves(request *pktline.Writer) {
	for _, id := range w.Have {
		request.Linef("have %s", id)
	}
}

// fetchV0 sends the whole negotiation at once: nothing the server could say would change it.
func (s *Session) fetchV0(ctx context.Context, want Want) (io.Reader, error) {
	var request pktline.Writer
	for i, id := range want.IDs {
		if i == 0 {
			request.Linef("want %s %s", id, strings.Join(s.v0Features(want), " "))
		} else {
			request.Linef("want %s", id)
		}
	}
	want.restrict(&request)
	request.Flush()
	want.haves(&request)
	request.Linef("done")
	answer, err := s.conn.Exchange(ctx, request.Bytes())
	if err != nil {
		return nil, err
	}
	in := pktline.NewReader(answer)
	for {
		_, line, err := in.Line()
		switch {
		case err != nil:
			return nil, fmt.Errorf("answer to fetch: %w", unexpected(err))
		case strings.HasPrefix(line, "ERR "):
			return nil, &RemoteError{line[4:]}
		case line == "NAK", strings.HasPrefix(line, "ACK "):
			if _, ok := s.caps["side-band-64k"]; ok {
				return &sideband{in: in, ended: s.ended}, nil
			}
			return in.Rest(), nil
		}
	}
}

func (s *Session) v0Features(want Want) []string {
	var features []string
	for _, name := range []string{"side-band-64k", "ofs-delta", "no-progress"} {
		if _, ok := s.caps[name]; ok {
			features = append(features, name)
		}
	}
	if want.Filter != "" {
		features = append(features, "filter")
	}
	if format, ok := s.caps["object-format"]; ok {
		features = append(features, "object-format="+format)
	}
	return append(features, "agent="+agent)
}
