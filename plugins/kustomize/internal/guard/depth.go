package guard

import "bytes"

// tooDeep scans lines instead of parsing, so that it needs no stack. Text in quotes, comments and block scalars does not
// count. It knows two ways to nest cheaply: brackets, and `- - -` or `? ? ?` on one line; nesting by indentation costs the
// square of its depth in bytes, and is counted by the steps of indentation.
func tooDeep(data []byte) (bool, int) {
	var s scanner
	line := 0
	for rest := data; len(rest) > 0; {
		var text []byte
		text, rest, _ = bytes.Cut(rest, []byte("\n"))
		line++
		if s.line(text) > maxDepth {
			return true, line
		}
	}
	return false, 0
}

type scanner struct {
	// indents are the columns at which the open block collections began.
	indents []int
	flow    int
	quote   byte
	// block is the indentation of the line that began a block scalar, -1 outside.
	block   int
	inBlock bool
}

// line returns the depth that the line reaches.
func (s *scanner) line(text []byte) int {
	column := 0
	for column < len(text) && text[column] == ' ' {
		column++
	}
	blank := len(bytes.TrimSpace(text)) == 0
	if s.inBlock {
		if blank || column > s.block {
			return 0
		}
		s.inBlock = false
	}
	if blank {
		return 0
	}
	if s.quote == 0 && s.flow == 0 {
		s.indent(column)
		for column+1 < len(text) && (text[column] == '-' || text[column] == '?') && text[column+1] == ' ' {
			column += 2
			for column < len(text) && text[column] == ' ' {
				column++
			}
			s.indent(column)
		}
	}
	depth := s.scan(text[column:])
	if s.quote == 0 && s.flow == 0 && opensBlock(text) {
		s.inBlock, s.block = true, s.parent(text[column:])
	}
	return depth
}

// parent returns the column that the lines of a block scalar have to exceed: that of the mapping it is a value in, or, when
// it is an item itself, of the list.
func (s *scanner) parent(text []byte) int {
	at := len(s.indents) - 1
	if text[0] == '|' || text[0] == '>' {
		at--
	}
	if at < 0 {
		return -1
	}
	return s.indents[at]
}

func (s *scanner) indent(column int) {
	for len(s.indents) > 0 && s.indents[len(s.indents)-1] >= column {
		s.indents = s.indents[:len(s.indents)-1]
	}
	s.indents = append(s.indents, column)
}

func (s *scanner) scan(text []byte) int {
	deepest := len(s.indents) + s.flow
	begins := true // whether a scalar may begin here
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case s.quote == '"' && c == '\\':
			i++
		case s.quote != 0:
			if c == s.quote {
				s.quote = 0
			}
		case c == '#' && (i == 0 || text[i-1] == ' ' || text[i-1] == '\t'):
			return deepest
		case (c == '"' || c == '\'') && begins:
			s.quote = c
		case (c == '[' || c == '{') && (begins || s.flow > 0):
			s.flow++
			deepest = max(deepest, len(s.indents)+s.flow)
			begins = true
		case (c == ']' || c == '}') && s.flow > 0:
			s.flow--
		case c == ' ' || c == '\t':
		default:
			begins = c == ':' || (c == ',' && s.flow > 0)
		}
	}
	return deepest
}

// opensBlock tells whether a line ends in a block scalar's header such as `|`, `>-` or `|2+`.
func opensBlock(text []byte) bool {
	text = bytes.TrimRight(text, " \t\r")
	if at := bytes.Index(text, []byte(" #")); at >= 0 {
		text = bytes.TrimRight(text[:at], " \t")
	}
	text = bytes.TrimRight(text, "+-0123456789")
	if len(text) == 0 || (text[len(text)-1] != '|' && text[len(text)-1] != '>') {
		return false
	}
	return len(text) == 1 || text[len(text)-2] == ' '
}
