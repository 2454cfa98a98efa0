// Package version reads version numbers of Kubernetes as its own package of this name does.
package version

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Version is a version number of two or more components; what follows them is dropped.
type Version struct{ components []uint }

var pattern = regexp.MustCompile(`^\s*v?([0-9]+(?:\.[0-9]+)*)(.*)*$`)

// ParseGeneric reads numbers separated by dots, whatever comes after them.
func ParseGeneric(text string) (*Version, error) {
	match := pattern.FindStringSubmatch(text)
	if match == nil {
		return nil, fmt.Errorf("could not parse %q as version", text)
	}
	parts := strings.Split(match[1], ".")
	if len(parts) < 2 {
		return nil, fmt.Errorf("illegal version string %q", text)
	}
	if strings.HasPrefix(parts[0], "0") && parts[0] != "0" {
		return nil, fmt.Errorf("illegal zero-prefixed version component %q in %q", parts[0], text)
	}
	v := &Version{}
	for _, part := range parts {
		number, err := strconv.ParseUint(part, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("illegal non-numeric version component %q in %q: %v", part, text, err)
		}
		v.components = append(v.components, uint(number))
	}
	return v, nil
}

// Major is the first component.
func (v *Version) Major() uint { return v.components[0] }

// Minor is the second component.
func (v *Version) Minor() uint { return v.components[1] }

// String has all components.
func (v *Version) String() string {
	parts := make([]string, len(v.components))
	for i, number := range v.components {
		parts[i] = strconv.FormatUint(uint64(number), 10)
	}
	return strings.Join(parts, ".")
}
