package wire

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"flux-host/plugins/git/internal/object"
)

// OpenDirectly starts a conversation without asking for the server's opening: version 2 over HTTP keeps nothing between two
// requests, and the opening says nothing that a list of references needs. Where the first answer is not that of a server of
// version 2, the opening is asked for after all, and only what comes of that counts. The first request has to be Refs.
func OpenDirectly(conn Conn) *Session {
	return &Session{conn: conn, version: 2, presumed: true}
}

// NeedsOpening says that the direct way failed where asking for the opening led on.
func (s *Session) NeedsOpening() bool { return s.detour }

// Version of the protocol.
func (s *Session) Version() int { return s.version }

// firstRefs lists the references of a server that has not shown yet that it speaks version 2.
func (s *Session) firstRefs(ctx context.Context, prefixes []string) ([]Ref, error) {
	s.presumed = false
	refs, err := s.listRefs(ctx, prefixes)
	if err == nil {
		err = plausible(refs)
	}
	if err == nil && len(refs) > 0 {
		return matching(refs, prefixes), nil
	}
	if final(err) {
		return nil, err
	}
	if err := s.open(ctx); err != nil {
		return nil, err
	}
	// An empty list alone proves nothing: it is also the right answer of a repository that does not have the reference.
	s.detour = err != nil || s.version != 2
	return s.Refs(ctx, prefixes...)
}

// plausible fails unless all are references as a server of version 2 lists them to a client that said nothing about the
// object format, which stands for SHA-1.
func plausible(refs []Ref) error {
	for _, ref := range refs {
		id, err := hex.DecodeString(ref.ID)
		if err != nil || len(id) != object.SHA1.Size() {
			return fmt.Errorf("%q is not an object name in SHA-1", ref.ID)
		}
		if ref.Name != "HEAD" && !strings.HasPrefix(ref.Name, "refs/") || strings.ContainsRune(ref.Name, 0) {
			return fmt.Errorf("%q is not the name of a reference", ref.Name)
		}
	}
	return nil
}

// final says whether asking in another way is of no use: no server was reached, it was too slow, or see Final.
func final(err error) bool {
	var (
		given   Final
		timeout interface {
			error
			Timeout() bool
		}
	)
	return errors.As(err, &given) && given.Final() || errors.As(err, &timeout) && timeout.Timeout()
}
