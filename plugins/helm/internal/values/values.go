// Package values composes what a release is configured with, as helm-controller does: ConfigMaps and Secrets in their order, single
// values at a path, and the values of the object itself.
package values

import (
	"errors"
	"fmt"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/strvals"

	"flux-host/plugins/helm/internal/digest"
	"flux-host/plugins/helm/internal/explain"
)

// Part is the content of one reference: a YAML document, or a value for a path.
type Part struct {
	// Name is for messages, e.g. `ConfigMap chart values reference 'apps/web' with key 'values.yaml'`.
	Name    string `json:"name"`
	Content string `json:"content"`
	Path    string `json:"path"`
	Literal bool   `json:"literal"`
}

// Request is the contract's ComposeRequest.
type Request struct {
	Parts     []Part         `json:"parts"`
	Values    map[string]any `json:"values"`
	Algorithm string         `json:"algorithm"`
}

// Response is the contract's ComposeResponse.
type Response struct {
	Values map[string]any `json:"values"`
	Digest string         `json:"digest"`
}

const reason = "ValuesError"

// Run merges everything. What a path sets wins over the values of the object.
func Run(request Request) (Response, error) {
	merged, err := compose(request)
	if err != nil {
		return Response{}, explain.Fail(reason, err)
	}
	sum, err := digest.Values(request.Algorithm, merged)
	if err != nil {
		return Response{}, explain.Fail(reason, err)
	}
	return Response{Values: merged, Digest: sum}, nil
}

func compose(request Request) (map[string]any, error) {
	result := map[string]any{}
	for _, part := range request.Parts {
		if part.Path != "" {
			result = loader.MergeMaps(result, request.Values)
			if err := set(result, part); err != nil {
				return nil, unresolved(part, fmt.Errorf("failed to merge value: %w", err))
			}
			continue
		}
		values, err := common.ReadValues([]byte(part.Content))
		if err != nil {
			return nil, unresolved(part, err)
		}
		result = loader.MergeMaps(result, values)
	}
	return loader.MergeMaps(result, request.Values), nil
}

func unresolved(part Part, err error) error {
	return fmt.Errorf("could not resolve %s: %w", part.Name, err)
}

// set puts a value at a path, in the syntax of `helm --set`; in quotes, or as a literal, it is a text.
func set(values map[string]any, part Part) (err error) {
	defer func() {
		// The parser of Helm panics on some paths.
		if r := recover(); r != nil {
			err = errors.New(fmt.Sprint(r))
		}
	}()
	if part.Literal {
		return strvals.ParseIntoString(part.Path+"="+escape(part.Content), values)
	}
	if text, isQuoted := unquoted(part.Content); isQuoted {
		return strvals.ParseIntoString(part.Path+"="+text, values)
	}
	return strvals.ParseInto(part.Path+"="+part.Content, values)
}

func unquoted(value string) (string, bool) {
	for _, quote := range []string{`'`, `"`} {
		if strings.HasPrefix(value, quote) && strings.HasSuffix(value, quote) {
			return strings.Trim(value, `'"`), true
		}
	}
	return value, false
}

var special = strings.NewReplacer(`\`, `\\`, `,`, `\,`, `[`, `\[`, `]`, `\]`, `{`, `\{`, `}`, `\}`)

func escape(value string) string { return special.Replace(value) }
