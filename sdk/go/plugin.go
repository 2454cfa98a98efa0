// Package plugin is the thin side of a flux-host plugin written in Go: input, answer, failure and log.
//
//	//go:wasmexport build
//	func build() int32 {
//		return plugin.Run(func() (any, error) {
//			var request Request
//			if err := plugin.Decode(&request); err != nil {
//				return nil, err
//			}
//			return render(request)
//		})
//	}
//
// Build with GOOS=wasip1 GOARCH=wasm -buildmode=c-shared. Natively everything compiles, host functions answer an error.
package plugin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"runtime/debug"

	"flux-host/sdk/go/internal/abi"
)

// Input returns the bytes that the host sent with this call: JSON as the plugin kind's contract says.
func Input() []byte { return abi.Input() }

// Decode reads the call's input into v.
func Decode(v any) error {
	if err := json.Unmarshal(abi.Input(), v); err != nil {
		return &Failure{Message: "cannot read the request: " + err.Error(), Terminal: true}
	}
	return nil
}

// Run is the body of an exported function: it hands f's answer to the host as JSON, or its error as a PluginFailure, and
// returns what the export has to return. A panic becomes a failure that names it; its stack goes to the log. A nil answer
// without an error is an empty output.
func Run(f func() (any, error)) (code int32) {
	defer func() {
		if r := recover(); r != nil {
			Log(LevelError, fmt.Sprintf("panic: %v\n%s", r, debug.Stack()))
			code = fail(&Failure{Message: fmt.Sprintf("the plugin panicked: %v", r)})
		}
	}()
	answer, err := f()
	if err != nil {
		return fail(err)
	}
	if answer == nil {
		return 0
	}
	output, err := encode(answer)
	if err != nil {
		return fail(fmt.Errorf("cannot encode the answer: %w", err))
	}
	abi.Output(output)
	return 0
}

func fail(err error) int32 {
	document, encodeErr := encode(failureOf(err))
	if encodeErr != nil {
		document = []byte(err.Error())
	}
	abi.Error(document)
	return 1
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
