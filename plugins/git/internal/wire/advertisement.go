package wire

import (
	"fmt"
	"io"
	"strings"

	"flux-host/plugins/git/internal/pktline"
)

// readAdvertisement reads the opening of version 0 and 1: all references, the first with the capabilities behind a NUL.
func (s *Session) readAdvertisement(in *pktline.Reader, kind pktline.Kind, line string) error {
	if line == "version 1" {
		s.version = 1
		var err error
		if kind, line, err = in.Line(); err != nil {
			return fmt.Errorf("list of references: %w", unexpected(err))
		}
	}
	for first := true; kind == pktline.Data; first = false {
		text, caps, _ := strings.Cut(line, "\x00")
		if first {
			s.readV0Capabilities(caps)
		}
		if err := s.addAdvertised(text); err != nil {
			return err
		}
		var err error
		if kind, line, err = in.Line(); err != nil {
			return fmt.Errorf("list of references: %w", unexpected(err))
		}
	}
	s.ended(in)
	return nil
}

func (s *Session) readV0Capabilities(caps string) {
	for capability := range strings.FieldsSeq(caps) {
		key, value, _ := strings.Cut(capability, "=")
		if name, target, ok := strings.Cut(value, ":"); key == "symref" && ok {
			s.symrefs[name] = target
			continue
		}
		s.caps[key] = value
	}
}

func (s *Session) addAdvertised(text string) error {
	ref, err := parseRef(text)
	if err != nil {
		return err
	}
	if ref.Name == "capabilities^{}" || strings.HasPrefix(text, "shallow ") {
		return nil
	}
	if name, ok := strings.CutSuffix(ref.Name, "^{}"); ok {
		if n := len(s.refs); n > 0 && s.refs[n-1].Name == name {
			s.refs[n-1].Peeled = ref.ID
		}
		return nil
	}
	ref.Target = s.symrefs[ref.Name]
	if s.refs = append(s.refs, ref); len(s.refs) > maxRefs {
		return fmt.Errorf("more than %d references", maxRefs)
	}
	return nil
}

// unexpected turns an end of input where more was due into the error that says so.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
