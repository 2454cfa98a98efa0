// Package explain words failures for the person who reads them in a condition: paths relative to the artifact, the file
// and line at fault first, kustomize's chain of wrappers left out.
package explain

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	plugin "flux-host/sdk/go"
)

const root = "/in"

// Fail makes a build failure. The hint says what to do about it, without a full stop; it may be empty.
func Fail(message, hint string) error {
	return &plugin.Failure{Message: message, Reason: "BuildFailed", Hint: hint}
}

// Name returns a virtual path as the user knows it: relative to the artifact.
func Name(virtual string) string {
	if virtual == root {
		return "."
	}
	return strings.TrimPrefix(virtual, root+"/")
}

// File words a failure to understand a file; the parser's text has the line.
func File(virtual string, err error) error {
	if err == nil || isWorded(err) {
		return err
	}
	text := err.Error()
	for _, prefix := range []string{
		"invalid Kustomization: ", "error converting YAML to JSON: ", "error unmarshaling JSON: ", "json: ", "while decoding JSON: ", "json: ",
	} {
		text = strings.TrimPrefix(text, prefix)
	}
	return Fail(fmt.Sprintf("%s: %s", Name(virtual), text), "")
}

// Read words a failure to read a path.
func Read(err error) error {
	var pathError *fs.PathError
	if err == nil || isWorded(err) || !errors.As(err, &pathError) {
		return err
	}
	return Fail(fmt.Sprintf("%s: %v", Name(pathError.Path), pathError.Err), "")
}

// Missing words a failure to find what an entry of a kustomization refers to. field is e.g. `resource`.
func Missing(file, field, entry string, err error) error {
	if isWorded(err) {
		return err
	}
	reason := err.Error()
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		reason = pathError.Err.Error()
	}
	return Fail(fmt.Sprintf("%s: %s '%s': %s", Name(file), field, entry, reason), "")
}

func isWorded(err error) bool {
	var failure *plugin.Failure
	return errors.As(err, &failure)
}

// Replace puts another text in place of one in a failure's message.
func Replace(err error, old, with string) error {
	var failure *plugin.Failure
	if !errors.As(err, &failure) || !strings.Contains(failure.Message, old) {
		return err
	}
	replaced := *failure
	replaced.Message = strings.ReplaceAll(failure.Message, old, with)
	return &replaced
}
