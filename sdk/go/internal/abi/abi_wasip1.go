//go:build wasip1

package abi

import "unsafe"

//go:wasmimport extism:host/env input_length
func inputLength() uint64

//go:wasmimport extism:host/user flux_input
func fluxInput(ptr unsafe.Pointer, length uint32) uint32

//go:wasmimport extism:host/user flux_output
func fluxOutput(ptr unsafe.Pointer, length uint32)

//go:wasmimport extism:host/user flux_error
func fluxError(ptr unsafe.Pointer, length uint32)

//go:wasmimport extism:host/user flux_log
func fluxLog(level uint32, ptr unsafe.Pointer, length uint32)

//go:wasmimport extism:host/user flux_chmod
func fluxChmod(path unsafe.Pointer, length uint32, mode uint32) int32

//go:wasmimport extism:host/user flux_answer
func fluxAnswer(ptr unsafe.Pointer, length uint32) uint32

//go:wasmimport extism:host/user flux_http_open
func fluxHTTPOpen(request unsafe.Pointer, requestLength uint32, body unsafe.Pointer, bodyLength uint32) int32

//go:wasmimport extism:host/user flux_http_write
func fluxHTTPWrite(handle int32, ptr unsafe.Pointer, length uint32) int32

//go:wasmimport extism:host/user flux_http_response
func fluxHTTPResponse(handle int32) int32

//go:wasmimport extism:host/user flux_http_read
func fluxHTTPRead(handle int32, ptr unsafe.Pointer, length uint32) int32

//go:wasmimport extism:host/user flux_http_save
func fluxHTTPSave(handle int32, request unsafe.Pointer, requestLength uint32) int32

//go:wasmimport extism:host/user flux_http_close
func fluxHTTPClose(handle int32)

//go:wasmimport extism:host/user flux_tcp_open
func fluxTCPOpen(request unsafe.Pointer, requestLength uint32) int32

func start(b []byte) (unsafe.Pointer, uint32) {
	return unsafe.Pointer(unsafe.SliceData(b)), uint32(len(b))
}

// Input returns a copy of what the host sent with this call.
func Input() []byte {
	b := make([]byte, inputLength())
	p, n := start(b)
	return b[:fluxInput(p, n)]
}

// Output hands the call's answer to the host.
func Output(b []byte) {
	p, n := start(b)
	fluxOutput(p, n)
}

// Error hands the call's failure to the host.
func Error(b []byte) {
	p, n := start(b)
	fluxError(p, n)
}

// Log writes one line to the host's log.
func Log(level uint32, message string) {
	p, n := start([]byte(message))
	fluxLog(level, p, n)
}

// Chmod sets the permission bits of a file below /out; the answer is a WASI errno, 0 for success.
func Chmod(path string, mode uint32) int32 {
	p, n := start([]byte(path))
	return fluxChmod(p, n, mode)
}

func answer(length int32) []byte {
	b := make([]byte, length)
	p, n := start(b)
	return b[:fluxAnswer(p, n)]
}

func result(code int32) (int, error) {
	if code < 0 {
		return 0, hostError(answer(-code))
	}
	return int(code), nil
}

func document(code int32) ([]byte, error) {
	n, err := result(code)
	if err != nil {
		return nil, err
	}
	return answer(int32(n)), nil
}

// HTTPOpen sends a request; the answer is the response's head as JSON, or a handle when the request's body follows.
func HTTPOpen(request, body []byte) ([]byte, error) {
	p, n := start(request)
	bp, bn := start(body)
	return document(fluxHTTPOpen(p, n, bp, bn))
}

// HTTPWrite sends a piece of a request's body.
func HTTPWrite(handle int32, b []byte) (int, error) {
	p, n := start(b)
	return result(fluxHTTPWrite(handle, p, n))
}

// HTTPResponse ends the request's body and waits for the response's head.
func HTTPResponse(handle int32) ([]byte, error) { return document(fluxHTTPResponse(handle)) }

// HTTPRead reads from a response's body; 0 is its end.
func HTTPRead(handle int32, b []byte) (int, error) {
	p, n := start(b)
	return result(fluxHTTPRead(handle, p, n))
}

// HTTPSave has the host write a response's body below /out; the answer is JSON with size and digest.
func HTTPSave(handle int32, request []byte) ([]byte, error) {
	p, n := start(request)
	return document(fluxHTTPSave(handle, p, n))
}

// HTTPClose lets go of a request and its response.
func HTTPClose(handle int32) { fluxHTTPClose(handle) }

// TCPOpen connects; the answer is JSON with the socket's WASI file descriptor.
func TCPOpen(request []byte) ([]byte, error) {
	p, n := start(request)
	return document(fluxTCPOpen(p, n))
}
