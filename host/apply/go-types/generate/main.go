// Command generate writes what a round trip through Kubernetes' Go types does to an object: ../generated/types.json, and ../testdata/converted.json with samples of it.
// Flux passes every object of a built-in kind through these types before it applies it.
//
//	go run . (in this folder)
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/structured-merge-diff/v6/value"
)

// fields maps names as in JSON to shapes:
//
//	s b i f   string, bool, integer, float      B  bytes, as base64
//	*x []x {}x  pointer, list, map of x         #T  the struct T
//	=J        anything else; J is its zero value in JSON
//
// A ? before a shape: the field is left out when it is empty.
type fields map[string]string

type table struct {
	Kinds map[string]fields `json:"kinds"`
	Types map[string]fields `json:"types"`
}

func main() {
	table := table{Kinds: map[string]fields{}, Types: map[string]fields{}}
	for gvk, root := range scheme.Scheme.AllKnownTypes() {
		if _, ok := reflect.New(root).Interface().(metav1.Object); !ok || gvk.Version == "__internal" {
			continue
		}
		// It is taken off before anything is applied.
		table.Kinds[gvk.GroupVersion().String()+"/"+gvk.Kind] = table.fieldsOf(root, "status")
	}
	write("../generated/types.json", table)
	write("../testdata/converted.json", samples())
}

func (t table) fieldsOf(of reflect.Type, except ...string) fields {
	found := fields{}
	for i := range of.NumField() {
		field := of.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" {
			for inlined, shape := range t.fieldsOf(field.Type) {
				found[inlined] = shape
			}
			continue
		}
		if name == "-" || slices.Contains(except, name) {
			continue
		}
		shape := t.shapeOf(field.Type)
		if isOmitted(field.Type, strings.Split(options, ",")) {
			shape = "?" + shape
		}
		found[name] = shape
	}
	return found
}

// isOmitted tells of a field that is left out when it is zero; omitempty never leaves out a struct.
func isOmitted(of reflect.Type, options []string) bool {
	isStruct := of.Kind() == reflect.Struct
	if slices.Contains(options, "omitzero") {
		if isStruct && !isOpaque(of) {
			log.Fatalf("%s: a struct that is left out when it is zero has no shape here", of)
		}
		return true
	}
	return slices.Contains(options, "omitempty") && !isStruct
}

func isOpaque(of reflect.Type) bool {
	return value.TypeReflectEntryOf(of).CanConvertToUnstructured()
}

func (t table) shapeOf(of reflect.Type) string {
	if of.Kind() == reflect.Pointer {
		return "*" + t.shapeOf(of.Elem())
	}
	if isOpaque(of) || of.Kind() == reflect.Interface {
		return "=" + zeroOf(of)
	}
	switch of.Kind() {
	case reflect.String:
		return "s"
	case reflect.Bool:
		return "b"
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint32, reflect.Uint64:
		return "i"
	case reflect.Float32, reflect.Float64:
		return "f"
	case reflect.Slice:
		if of.Elem().Kind() == reflect.Uint8 {
			return "B"
		}
		return "[]" + t.shapeOf(of.Elem())
	case reflect.Map:
		return "{}" + t.shapeOf(of.Elem())
	case reflect.Struct:
		return "#" + t.name(of)
	}
	log.Fatalf("%s has no shape", of)
	return ""
}

func (t table) name(of reflect.Type) string {
	folders := strings.Split(of.PkgPath(), "/")
	name := strings.Join(folders[len(folders)-2:], "/") + "." + of.Name()
	if _, known := t.Types[name]; !known {
		t.Types[name] = fields{}
		t.Types[name] = t.fieldsOf(of)
	}
	return name
}

func zeroOf(of reflect.Type) string {
	zero, err := json.Marshal(reflect.New(of).Elem().Interface())
	if err != nil {
		log.Fatalf("%s: %v", of, err)
	}
	return string(zero)
}

type sample struct {
	Given any `json:"given"`
	// Absent when the types do not take the object.
	Converted any `json:"converted,omitempty"`
}

// samples converts the objects of ../testdata/given.json.
func samples() []sample {
	text, err := os.ReadFile("../testdata/given.json")
	if err != nil {
		log.Fatal(err)
	}
	var objects []map[string]any
	if err := json.Unmarshal(text, &objects); err != nil {
		log.Fatal(err)
	}
	found := []sample{}
	for _, object := range objects {
		found = append(found, sample{Given: object, Converted: convert(object)})
	}
	return found
}

func convert(object map[string]any) any {
	kind := metav1.TypeMeta{APIVersion: fmt.Sprint(object["apiVersion"]), Kind: fmt.Sprint(object["kind"])}
	typed, err := scheme.Scheme.New(kind.GroupVersionKind())
	if err != nil {
		log.Fatal(err)
	}
	// As from the wire: whole numbers are integers.
	whole := integers(object).(map[string]any)
	delete(whole, "status")
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(whole, typed); err != nil {
		return nil
	}
	converted, err := runtime.DefaultUnstructuredConverter.ToUnstructured(typed)
	if err != nil {
		log.Fatal(err)
	}
	delete(converted, "status")
	return converted
}

func integers(of any) any {
	switch of := of.(type) {
	case map[string]any:
		made := map[string]any{}
		for key, child := range of {
			made[key] = integers(child)
		}
		return made
	case []any:
		made := []any{}
		for _, child := range of {
			made = append(made, integers(child))
		}
		return made
	case float64:
		if of == float64(int64(of)) {
			return int64(of)
		}
	}
	return of
}

func write(path string, content any) {
	text, err := json.MarshalIndent(content, "", " ")
	if err != nil {
		log.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(path, append(text, '\n'), 0o644); err != nil {
		log.Fatal(err)
	}
}
