// Command my-plugin is a policy plugin: it chooses the tag with the highest version of the form 1.2.3.
package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	plugin "flux-host/sdk/go"
)

// A plugin is a library: main is never called.
func main() {}

// The part of the request that this plugin looks at.
type request struct {
	Image  string   `json:"image"`
	Tags   []string `json:"tags"`
	Config struct {
		Major *int `json:"major"`
	} `json:"config"`
}

//go:wasmexport select
func choose() int32 {
	return plugin.Run(func() (any, error) {
		var r request
		if err := plugin.Decode(&r); err != nil {
			return nil, err
		}
		return highest(r)
	})
}

type version struct {
	tag   string
	parts []int
}

func highest(r request) (any, error) {
	var versions []version
	for _, tag := range r.Tags {
		parts := parse(tag)
		if parts != nil && (r.Config.Major == nil || parts[0] == *r.Config.Major) {
			versions = append(versions, version{tag, parts})
		}
	}
	if len(versions) == 0 {
		return nil, fmt.Errorf("none of the %d tags of %s is a version that fits", len(r.Tags), r.Image)
	}
	best := slices.MaxFunc(versions, func(a, b version) int {
		if order := slices.Compare(a.parts, b.parts); order != 0 {
			return order
		}
		return strings.Compare(b.tag, a.tag)
	})
	return map[string]string{
		"tag": best.tag,
		"why": fmt.Sprintf("the highest of %d versions", len(versions)),
	}, nil
}

func parse(tag string) []int {
	fields := strings.Split(strings.TrimPrefix(tag, "v"), ".")
	if len(fields) != 3 {
		return nil
	}
	parts := make([]int, 0, len(fields))
	for _, field := range fields {
		part, err := strconv.ParseUint(field, 10, 31)
		if err != nil {
			return nil
		}
		parts = append(parts, int(part))
	}
	return parts
}
