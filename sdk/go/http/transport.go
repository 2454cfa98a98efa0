// Package http lets Go's own HTTP client work inside a sandbox: the host makes the connections.
package http

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"flux-host/sdk/go/internal/abi"
)

// Bodies up to inlineBody bytes travel with the request in one host call, larger ones and those of unknown length in pieces.
const inlineBody = 1 << 20

// Transport sends requests through the host's egress, which checks the grant, follows no redirect (that is the client's to
// do, and each hop is checked again), adds the credentials of the origin, and holds TLS and proxy settings. Bodies stream in
// both directions. It may be used by many goroutines; one request at a time is on its way.
type Transport struct {
	// TimeoutMs bounds the wait for the head of each response; 0 is the host's default.
	TimeoutMs int64
}

type request struct {
	Method    string      `json:"method"`
	URL       string      `json:"url"`
	Headers   [][2]string `json:"headers,omitempty"`
	Stream    bool        `json:"stream,omitempty"`
	Length    *int64      `json:"length,omitempty"`
	TimeoutMs int64       `json:"timeoutMs,omitempty"`
}

type head struct {
	Handle  int32       `json:"handle"`
	Status  int         `json:"status"`
	Headers [][2]string `json:"headers"`
}

// Client is an http.Client that uses a Transport.
func Client() *http.Client { return &http.Client{Transport: &Transport{}} }

// RoundTrip implements http.RoundTripper.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close()
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	q := request{Method: r.Method, URL: r.URL.String(), TimeoutMs: t.TimeoutMs}
	for name, values := range r.Header {
		for _, value := range values {
			q.Headers = append(q.Headers, [2]string{name, value})
		}
	}
	answer, err := send(r, q)
	if err != nil {
		return nil, err
	}
	var h head
	if err := json.Unmarshal(answer, &h); err != nil {
		return nil, fmt.Errorf("%s %s: the host's answer is not JSON: %w", r.Method, r.URL.Redacted(), err)
	}
	return response(r, h), nil
}

func send(r *http.Request, q request) ([]byte, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return open(q, nil)
	}
	if r.ContentLength > 0 && r.ContentLength <= inlineBody {
		body, err := io.ReadAll(io.LimitReader(r.Body, inlineBody+1))
		if err != nil {
			return nil, err
		}
		if int64(len(body)) != r.ContentLength {
			return nil, fmt.Errorf("%s %s: ContentLength is %d, the body has %d bytes", r.Method, r.URL.Redacted(), r.ContentLength, len(body))
		}
		return open(q, body)
	}
	q.Stream = true
	if r.ContentLength > 0 {
		q.Length = &r.ContentLength
	}
	return stream(r, q)
}

func open(q request, body []byte) ([]byte, error) {
	document, err := json.Marshal(q)
	if err != nil {
		return nil, err
	}
	return abi.HTTPOpen(document, body)
}

func stream(r *http.Request, q request) ([]byte, error) {
	answer, err := open(q, nil)
	if err != nil {
		return nil, err
	}
	var h head
	if err := json.Unmarshal(answer, &h); err != nil {
		return nil, fmt.Errorf("%s %s: the host's answer is not JSON: %w", r.Method, r.URL.Redacted(), err)
	}
	if err := upload(r, h.Handle); err != nil {
		abi.HTTPClose(h.Handle)
		return nil, err
	}
	answer, err = abi.HTTPResponse(h.Handle)
	if err != nil {
		abi.HTTPClose(h.Handle)
		return nil, err
	}
	return answer, nil
}

func upload(r *http.Request, handle int32) error {
	piece := make([]byte, 256<<10)
	for {
		n, readErr := r.Body.Read(piece)
		for rest := piece[:n]; len(rest) > 0; {
			if err := r.Context().Err(); err != nil {
				return err
			}
			written, err := abi.HTTPWrite(handle, rest)
			if err != nil {
				return err
			}
			if written == 0 {
				// The server answered before it had the whole body: its answer says why.
				return nil
			}
			rest = rest[written:]
		}
		if errors.Is(readErr, io.EOF) {
			return nil
		}
		if readErr != nil {
			return readErr
		}
	}
}
