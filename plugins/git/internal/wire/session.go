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
	// caps holds the capabilities; those of version 2 that are commands have their features as value. Nil when the server was
	// not asked for them: see OpenDirectly.
	caps map[string]string
	// presumed is a version of 2 that the server has not shown yet; detour is for NeedsOpening.
	presumed, detour bool
	// refs and symrefs come with the opening of version 0 and 1.
	refs    []Ref
	symrefs map[string]string
}

// Open asks for the repository and reads the server's opening.
func Open(ctx context.Context, conn Conn) (*Session, error) {
	s := &Session{conn: conn}
	if err := s.open(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// Resume goes on where an earlier conversation with the same repository was, without asking for the opening again: with the
// Capabilities of that conversation, if it CanResume.
func Resume(conn Conn, capabilities map[string]string) *Session {
	return &Session{conn: conn, version: 2, caps: capabilities}
}

// CanResume says whether another conversation can go on where this one is: in version 2 without a lasting connection.
func (s *Session) CanResume() bool { return s.version == 2 && s.conn.Stateless() }

// Capabilities is what Resume needs; nil when the server was not asked for them.
func (s *Session) Capabilities() map[string]string { return s.caps }

// Format is the repository's object format. One that was opened directly has SHA-1: it would not have answered otherwise.
func (s *Session) Format() object.Format {
	if s.caps["object-format"] == string(object.SHA256) {
		return object.SHA256
	}
	return object.SHA1
}

// CanFilter says whether the server leaves out objects on request. It asks the server if nobody has yet.
func (s *Session) CanFilter(ctx context.Context) (bool, error) {
	if s.caps == nil {
		if err := s.open(ctx); err != nil {
			return false, err
		}
	}
	if s.version == 2 {
		return slices.Contains(strings.Fields(s.caps["fetch"]), "filter"), nil
	}
	_, ok := s.caps["filter"]
	return ok, nil
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

// open asks for the server's opening and forgets what was known or taken for granted before.
func (s *Session) open(ctx context.Context) error {
	opening, err := s.conn.Advertise(ctx)
	if err != nil {
		return err
	}
	s.version, s.caps = 0, map[string]string{}
	s.refs, s.symrefs = nil, map[string]string{}
	return s.readOpening(pktline.NewReader(opening))
}

// ended reads on from the last frame of an answer to the answer's own end: only then can the network connection below be
// used for the next request.
func (s *Session) ended(in *pktline.Reader) {
	if s.conn.Stateless() {
		in.AtEnd()
	}
}

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
			s.ended(in)
			return nil
		}
		key, value, _ := strings.Cut(line, "=")
		s.caps[key] = value
	}
}
