package render

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	yaml3 "go.yaml.in/yaml/v3"
	"sigs.k8s.io/yaml"
)

// object is a YAML document, read as kustomize reads it: `yes` is a text, not a boolean.
type object map[string]any

// parse reads the documents of a stream; empty ones are left out.
func parse(stream string) ([]object, error) {
	decoder := yaml3.NewDecoder(strings.NewReader(stream))
	var found []object
	for {
		var document object
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		if len(document) > 0 {
			found = append(found, document)
		}
	}
}

// text writes documents as kustomize does: fields in alphabetical order.
func text(objects []object) (string, error) {
	var texts []string
	for _, each := range objects {
		var content bytes.Buffer
		encoder := json.NewEncoder(&content)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(each); err != nil {
			return "", err
		}
		document, err := yaml.JSONToYAML(content.Bytes())
		if err != nil {
			return "", err
		}
		texts = append(texts, string(document))
	}
	return strings.Join(texts, "---\n"), nil
}

// flat puts the items of lists in place of the lists.
func flat(objects []object) []object {
	var found []object
	for _, each := range objects {
		kind, _ := each["kind"].(string)
		items, hasItems := each["items"].([]any)
		if !hasItems || !strings.HasSuffix(kind, "List") {
			found = append(found, each)
			continue
		}
		var objects []object
		for _, item := range items {
			if fields := fieldsOf(item); fields != nil {
				objects = append(objects, fields)
			}
		}
		found = append(found, flat(objects)...)
	}
	return found
}

// fieldsOf returns the fields of a value that is an object, whichever type the decoder gave it.
func fieldsOf(value any) object {
	switch fields := value.(type) {
	case object:
		return fields
	case map[string]any:
		return fields
	}
	return nil
}

// table returns a field that has fields itself, and makes it where it is missing.
func (o object) table(name string) object {
	if fields := fieldsOf(o[name]); fields != nil {
		return fields
	}
	fields := object{}
	o[name] = fields
	return fields
}

func (o object) annotate(name, value string) { o.table("metadata").table("annotations")[name] = value }

// takeAnnotation removes an annotation and returns what it had.
func (o object) takeAnnotation(name string) string {
	metadata := fieldsOf(o["metadata"])
	annotations := fieldsOf(metadata["annotations"])
	value, _ := annotations[name].(string)
	delete(annotations, name)
	if len(annotations) == 0 && metadata != nil {
		delete(metadata, "annotations")
	}
	return value
}

// Metadata is added to objects; what they have under the same name is replaced.
type Metadata struct {
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

func (m Metadata) addTo(o object) {
	for name, value := range m.Labels {
		o.table("metadata").table("labels")[name] = value
	}
	for name, value := range m.Annotations {
		o.annotate(name, value)
	}
}
