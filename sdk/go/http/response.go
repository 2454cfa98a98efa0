package http

import (
	"context"
	"io"
	"net/http"
	"strconv"

	"flux-host/sdk/go/internal/abi"
)

func response(r *http.Request, h head) *http.Response {
	headers := make(http.Header, len(h.Headers))
	for _, pair := range h.Headers {
		headers.Add(pair[0], pair[1])
	}
	length := int64(-1)
	if n, err := strconv.ParseInt(headers.Get("Content-Length"), 10, 64); err == nil {
		length = n
	}
	return &http.Response{
		Status:        strconv.Itoa(h.Status) + " " + http.StatusText(h.Status),
		StatusCode:    h.Status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        headers,
		Body:          &body{handle: h.Handle, ctx: r.Context()},
		ContentLength: length,
		Request:       r,
	}
}

// body reads a response piece by piece; the host keeps some of it ready, so small reads are cheap.
type body struct {
	handle int32
	ctx    context.Context
	done   error
}

func (b *body) Read(p []byte) (int, error) {
	if b.done != nil {
		return 0, b.done
	}
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	if len(p) == 0 {
		return 0, nil
	}
	n, err := abi.HTTPRead(b.handle, p)
	if err != nil {
		b.done = err
		return 0, err
	}
	if n == 0 {
		b.done = io.EOF
		return 0, io.EOF
	}
	return n, nil
}

func (b *body) Close() error {
	if b.handle >= 0 {
		abi.HTTPClose(b.handle)
		b.handle = -1
		b.done = http.ErrBodyReadAfterClose
	}
	return nil
}
