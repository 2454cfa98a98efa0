package pack

import "errors"

var errDelta = errors.New("corrupt delta")

// patch applies a delta: instructions that copy a range of the base or insert bytes of their own.
func patch(base, delta []byte) ([]byte, error) {
	baseSize, delta, ok := varint(delta)
	if !ok || baseSize != uint64(len(base)) {
		return nil, errDelta
	}
	size, delta, ok := varint(delta)
	if !ok || size > maxInflated {
		return nil, errDelta
	}
	out := make([]byte, 0, min(size, 16<<20))
	for len(delta) > 0 {
		op := delta[0]
		delta = delta[1:]
		var part []byte
		if op&0x80 != 0 {
			part, delta, ok = copied(base, op, delta)
		} else if ok = op != 0 && int(op) <= len(delta); ok {
			part, delta = delta[:op], delta[op:]
		}
		if !ok || uint64(len(out)+len(part)) > size {
			return nil, errDelta
		}
		out = append(out, part...)
	}
	if uint64(len(out)) != size {
		return nil, errDelta
	}
	return out, nil
}

// copied reads a copy instruction: its low seven bits say which bytes of the offset and the length follow.
func copied(base []byte, op byte, delta []byte) (part, rest []byte, ok bool) {
	var args [7]int
	for i := range args {
		if op>>i&1 == 0 {
			continue
		}
		if len(delta) == 0 {
			return nil, nil, false
		}
		args[i], delta = int(delta[0]), delta[1:]
	}
	offset := args[0] | args[1]<<8 | args[2]<<16 | args[3]<<24
	length := args[4] | args[5]<<8 | args[6]<<16
	if length == 0 {
		length = 0x10000
	}
	if offset < 0 || offset > len(base) || length > len(base)-offset {
		return nil, nil, false
	}
	return base[offset : offset+length], delta, true
}

func varint(p []byte) (value uint64, rest []byte, ok bool) {
	for i, b := range p {
		if i > 8 {
			break
		}
		value |= uint64(b&0x7f) << (7 * i)
		if b&0x80 == 0 {
			return value, p[i+1:], true
		}
	}
	return 0, nil, false
}
