package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"flux-host/plugins/git/internal/object"
	"flux-host/plugins/git/internal/pktline"
)

// Session is a conversation with one repository.
type Session struct {
	conn    Conn
	version int
	// caps holds the capabilities; those of version 2 that are commands have their features as value.
	caps map[string]string
	// refs and symrefs come with the opening of version 0 and 1.
	refs    []Ref
	symrefs map[string]string
}

// Open asks for the repository and reads the server's opening.
func Open(ctx context.Context, conn Conn) (*Session, error) {
	opening, err := conn.Advertise(ctx)
	if err != nil {
		return nil, err
	}
	s := &Session{conn: conn, caps: map[string]string{}, symrefs: map[string]string{}}
	if err := s.readOpening(pktline.NewReader(opening)); err != nil {
		return nil, err
	}
	return s, nil
}

// Resume goes on where an earlier conversation with the same repository was opened, without asking for the opening again. Only
// version 2 without a lasting connection can be resumed: see Capabilities.
func Resume(conn Conn, capabilities map[string]string) *Session {
	return &Session{conn: conn, version: 2, caps: capabilities}
}

// Capabilities is what Resume needs; nil when the conversation cannot be resumed.
func (s *Session) Capabilities() map[string]string {
	if s.version != 2 || !s.conn.Stateless() {
		return nil
	}
	return s.caps
}

// Format is the repository's object format.
func (s *Session) Format() object.Format {
	if s.caps["object-format"] == string(object.SHA256) {
		return object.SHA256
	}
	return object.SHA1
}

// CanFilter says whether the server leaves out blobs on request.
func (s *Session) CanFilter() bool {
	if s.version == 2 {
		return slices.Contains(strings.Fields(s.caps["fetch"]), "filter")
	}
	_, ok := s.caps["filter"]
	return ok
}

// CanFetchAny says whether objects can be asked for that no reference points at.
func (s *Session) CanFetchAny() bool {
	if s.version == 2 {
		return true
	}
	_, any := s.caps["allow-any-sha1-in-want"]
	_, reachable := s.caps["allow-reachable-sha1-in-want"]
	return any || reachable
}

// KnowsAll says whether a refusal with the words "not our ref" means that the server does not have the object at all: in
// version 2 Git hands out whatever there is.
func (s *Session) KnowsAll() bool { return s.version == 2 }

// OneFetch says that the conversation is over after one fetch, as it is in version 0 over a lasting connection.
func (s *Session) OneFetch() bool { return s.version != 2 && !s.conn.Stateless() }

// Close ends the conversation.
func (s *Session) Close() error { return s.conn.Close() }

func (s *Session) readOpening(in *pktline.Reader) error {
	kind, line, err := in.Line()
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("the server closed the connection without an answer: %w", io.ErrUnexpectedEOF)
	}
	if err == nil && strings.HasPrefix(line, "# service=") {
		if kind, line, err = in.Line(); err == nil && kind == pktline.Flush {
			kind, line, err = in.Line()
		}
	}
	if err != nil {
		return fmt.Errorf("not an answer of a Git server: %w", err)
	}
	if line == "version 2" {
		s.version = 2
		return s.readCapabilities(in)
	}
	return s.readAdvertisement(in, kind, line)
}

func (s *Session) readCapabilities(in *pktline.Reader) error {
	for {
		kind, line, err := in.Line()
		if err != nil {
			return fmt.Errorf("capabilities: %w", err)
		}
		if kind == pktline.Flush {
			return nil
		}
		key, value, _ := strings.Cut(line, "=")
		s.caps[key] = value
	}
}
