package wire

import (
	"context"
	"fmt"
	"strings"

	"flux-host/plugins/git/internal/pktline"
)

const agent = "git/flux-host"

// maxRefs bounds the memory that a server's list of references can take.
const maxRefs = 1_000_000

// Refs returns the references whose names start with one of the prefixes (all of them when there is none), in the
// server's order. Version 2 leaves the filtering to the server.
func (s *Session) Refs(ctx context.Context, prefixes ...string) ([]Ref, error) {
	if s.version != 2 {
		return matching(s.refs, prefixes), nil
	}
	if s.presumed {
		return s.firstRefs(ctx, prefixes)
	}
	refs, err := s.listRefs(ctx, prefixes)
	return matching(refs, prefixes), err
}

// listRefs asks a server of version 2. A server may ignore the prefixes.
func (s *Session) listRefs(ctx context.Context, prefixes []string) ([]Ref, error) {
	var request pktline.Writer
	request.Linef("command=ls-refs")
	s.common(&request)
	request.Delimiter()
	request.Linef("peel")
	request.Linef("symrefs")
	for _, prefix := range prefixes {
		request.Linef("ref-prefix %s", prefix)
	}
	request.Flush()
	answer, err := s.conn.Exchange(ctx, request.Bytes())
	if err != nil {
		return nil, err
	}
	var refs []Ref
	for in := pktline.NewReader(answer); ; {
		kind, line, err := in.Line()
		if err != nil {
			return nil, fmt.Errorf("list of references: %w", unexpected(err))
		}
		if kind != pktline.Data {
			s.ended(in)
			return refs, nil
		}
		ref, err := parseRef(line)
		if err != nil {
			return nil, err
		}
		if refs = append(refs, ref); len(refs) > maxRefs {
			return nil, fmt.Errorf("more than %d references", maxRefs)
		}
	}
}

// parseRef reads `<id> <name>[ symref-target:<name>][ peeled:<id>]`.
func parseRef(line string) (Ref, error) {
	if message, ok := strings.CutPrefix(line, "ERR "); ok {
		return Ref{}, &RemoteError{message}
	}
	fields := strings.Split(line, " ")
	if len(fields) < 2 {
		return Ref{}, fmt.Errorf("invalid line %q in the list of references", line)
	}
	ref := Ref{ID: fields[0], Name: fields[1]}
	for _, attribute := range fields[2:] {
		switch key, value, _ := strings.Cut(attribute, ":"); key {
		case "symref-target":
			ref.Target = value
		case "peeled":
			ref.Peeled = value
		}
	}
	return ref, nil
}

func matching(refs []Ref, prefixes []string) []Ref {
	if len(prefixes) == 0 {
		return refs
	}
	var found []Ref
	for _, ref := range refs {
		for _, prefix := range prefixes {
			if strings.HasPrefix(ref.Name, prefix) {
				found = append(found, ref)
				break
			}
		}
	}
	return found
}

// common adds the capabilities that every command of version 2 carries.
func (s *Session) common(request *pktline.Writer) {
	if _, ok := s.caps["agent"]; ok {
		request.Linef("agent=%s", agent)
	}
	if format, ok := s.caps["object-format"]; ok {
		request.Linef("object-format=%s", format)
	}
}
