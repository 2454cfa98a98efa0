package render

import (
	"bytes"
	"encoding/json"
	"errors"
)

// Lookup is one use of the template function `lookup`. A wish has no answer; an answer has an object (or list), an error, or neither when there
// is no such thing.
type Lookup struct {
	APIVersion string          `json:"apiVersion"`
	Kind       string          `json:"kind"`
	Namespace  string          `json:"namespace"`
	Name       string          `json:"name"`
	Object     json.RawMessage `json:"object,omitempty"`
	Error      string          `json:"error,omitempty"`
}

type question struct{ apiVersion, kind, namespace, name string }

type lookups struct {
	known  map[question]Lookup
	wanted []Lookup
}

func lookupsOf(answers []Lookup) *lookups {
	l := &lookups{known: map[question]Lookup{}}
	for _, each := range answers {
		l.known[question{each.APIVersion, each.Kind, each.Namespace, each.Name}] = each
	}
	return l
}

// look is the template function. What is not known yet is noted, and looks as if it were not there.
func (l *lookups) look(apiVersion, kind, namespace, name string) (map[string]any, error) {
	asked := question{apiVersion, kind, namespace, name}
	answer, isKnown := l.known[asked]
	if !isKnown {
		l.known[asked] = Lookup{}
		l.wanted = append(l.wanted, Lookup{APIVersion: apiVersion, Kind: kind, Namespace: namespace, Name: name})
		return map[string]any{}, nil
	}
	if answer.Error != "" {
		return map[string]any{}, errors.New(answer.Error)
	}
	if len(answer.Object) == 0 {
		return map[string]any{}, nil
	}
	return decoded(answer.Object)
}

// decoded reads integers as integers, as Kubernetes' clients do: templates print them without an exponent.
func decoded(document []byte) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	var content map[string]any
	if err := decoder.Decode(&content); err != nil {
		return nil, err
	}
	if content == nil {
		return map[string]any{}, nil
	}
	for key, value := range content {
		content[key] = number(value)
	}
	return content, nil
}

func number(value any) any {
	switch v := value.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	case map[string]any:
		for key, each := range v {
			v[key] = number(each)
		}
	case []any:
		for i, each := range v {
			v[i] = number(each)
		}
	}
	return value
}
