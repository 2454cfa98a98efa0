//go:build !wasip1

package abi

import "errors"

// ErrNative is what every host function answers outside a sandbox, so that plugins compile and test natively.
var ErrNative = errors.New("host functions exist inside a flux-host sandbox only (build with GOOS=wasip1 GOARCH=wasm)")

// Input returns nothing outside a sandbox.
func Input() []byte { return nil }

// Output does nothing outside a sandbox.
func Output([]byte) {}

// Error does nothing outside a sandbox.
func Error([]byte) {}

// Log does nothing outside a sandbox.
func Log(uint32, string) {}

// Chmod answers ENOSYS of WASI outside a sandbox.
func Chmod(string, uint32) int32 { return 52 }

// HTTPOpen fails outside a sandbox.
func HTTPOpen(_, _ []byte) ([]byte, error) { return nil, ErrNative }

// HTTPWrite fails outside a sandbox.
func HTTPWrite(int32, []byte) (int, error) { return 0, ErrNative }

// HTTPResponse fails outside a sandbox.
func HTTPResponse(int32) ([]byte, error) { return nil, ErrNative }

// HTTPRead fails outside a sandbox.
func HTTPRead(int32, []byte) (int, error) { return 0, ErrNative }

// HTTPSave fails outside a sandbox.
func HTTPSave(int32, []byte) ([]byte, error) { return nil, ErrNative }

// HTTPClose does nothing outside a sandbox.
func HTTPClose(int32) {}

// TCPOpen fails outside a sandbox.
func TCPOpen([]byte) ([]byte, error) { return nil, ErrNative }
