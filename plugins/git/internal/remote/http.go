package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"flux-host/plugins/git/internal/wire"
)

const service = "git-upload-pack"

// HTTP is Git's smart protocol over HTTP. Credentials, TLS settings and proxies are the transport's business.
type HTTP struct {
	// transport instead of an http.Client, which would add 4 MB to the module: HTTP/2, TLS and cookies.
	transport http.RoundTripper
	base      string
	body      io.Closer
	// known is a server that is one of Git: it advertised itself, or answered before.
	known bool
}

var _ wire.Conn = (*HTTP)(nil)

// NewHTTP prepares a connection to the repository at u.
func NewHTTP(transport http.RoundTripper, u *url.URL) *HTTP {
	clean := *u
	clean.User = nil
	return &HTTP{
		transport: transport,
		base:      strings.TrimSuffix(clean.String(), "/"),
	}
}

// ResumeHTTP prepares a connection to where an earlier one ended up: see Base.
func ResumeHTTP(transport http.RoundTripper, base string) *HTTP {
	return &HTTP{transport: transport, base: base, known: true}
}

// Base is the repository's URL after redirects.
func (h *HTTP) Base() string { return h.base }

// Stateless reports true: every exchange is a request of its own.
func (h *HTTP) Stateless() bool { return true }

const (
	advertisement = "/info/refs?service=" + service
	maxRedirects  = 10
	// maxDrained is the largest refusal that costs less to read than a new connection.
	maxDrained = 4 << 10
)

// Advertise gets the repository's opening. It follows redirects, and what follows goes to where they led: Git's own
// default (http.followRedirects=initial).
func (h *HTTP) Advertise(ctx context.Context) (io.Reader, error) {
	response, err := h.get(ctx, h.base+advertisement, maxRedirects)
	if err != nil {
		return nil, err
	}
	if kind := response.Header.Get("Content-Type"); kind != "application/x-"+service+"-advertisement" {
		return nil, fmt.Errorf("not a Git repository over smart HTTP: the server answered with content type %q", kind)
	}
	h.known = true
	return response.Body, nil
}

func (h *HTTP) get(ctx context.Context, address string, redirects int) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	response, err := h.do(request)
	var status *StatusError
	if !errors.As(err, &status) || status.location == "" {
		return response, err
	}
	if redirects == 0 {
		return nil, fmt.Errorf("more than %d redirects", maxRedirects)
	}
	next, err := request.URL.Parse(status.location)
	if err != nil {
		return nil, fmt.Errorf("redirected to something that is not a URL")
	}
	next.User = nil
	if next.Scheme != request.URL.Scheme && next.Scheme != "https" {
		return nil, fmt.Errorf("redirected from %s to %s, which is not followed", request.URL.Scheme, next.Scheme)
	}
	moved, ok := strings.CutSuffix(next.String(), advertisement)
	if !ok {
		return nil, fmt.Errorf("redirected to %s, which is no repository (a page to sign in?)", Redacted(next))
	}
	h.base = moved
	return h.get(ctx, next.String(), redirects-1)
}

// Exchange posts one request, without following redirects. Whoever was not seen to be a Git server has to answer with its
// content type.
func (h *HTTP) Exchange(ctx context.Context, body []byte) (io.Reader, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, h.base+"/"+service, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-"+service+"-request")
	request.Header.Set("Accept", "application/x-"+service+"-result")
	response, err := h.do(request)
	if err != nil {
		return nil, err
	}
	if kind := response.Header.Get("Content-Type"); !h.known && kind != "application/x-"+service+"-result" {
		return nil, fmt.Errorf("the server answered with content type %q", kind)
	}
	h.known = true
	return response.Body, nil
}

// Close lets go of the last answer.
func (h *HTTP) Close() error {
	if h.body == nil {
		return nil
	}
	return h.body.Close()
}

func (h *HTTP) do(request *http.Request) (*http.Response, error) {
	request.Header.Set("Git-Protocol", "version=2")
	request.Header.Set("User-Agent", "git/flux-host")
	response, err := h.transport.RoundTrip(request)
	if err != nil {
		return nil, unreachedError{err}
	}
	h.Close()
	h.body = response.Body
	if response.StatusCode != http.StatusOK {
		status := &StatusError{
			Code:       response.StatusCode,
			Detail:     detail(response),
			RetryAfter: retryAfter(response.Header, time.Now()),
		}
		if 0 <= response.ContentLength && response.ContentLength <= maxDrained {
			// Read to its end, so that the next request can use the same network connection.
			_, _ = io.Copy(io.Discard, response.Body)
		}
		if response.StatusCode >= 300 && response.StatusCode < 400 {
			status.location = response.Header.Get("Location")
		}
		return nil, status
	}
	return response, nil
}
