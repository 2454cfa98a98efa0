package remote

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"flux-host/plugins/git/internal/wire"
)

const service = "git-upload-pack"

// StatusError is an answer over HTTP that is not a success.
type StatusError struct {
	Code int
	// Detail is the beginning of a text answer.
	Detail string
}

func (e *StatusError) Error() string {
	text := fmt.Sprintf("HTTP status %d (%s)", e.Code, http.StatusText(e.Code))
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	return text
}

// HTTP is Git's smart protocol over HTTP. Credentials, TLS settings and proxies are the transport's business.
type HTTP struct {
	client *http.Client
	base   string
	body   io.Closer
}

var _ wire.Conn = (*HTTP)(nil)

// NewHTTP prepares a connection to the repository at u.
func NewHTTP(transport http.RoundTripper, u *url.URL) *HTTP {
	clean := *u
	clean.User = nil
	return &HTTP{
		client: &http.Client{Transport: transport},
		base:   strings.TrimSuffix(clean.String(), "/"),
	}
}

// Stateless reports true: every exchange is a request of its own.
func (h *HTTP) Stateless() bool { return true }

// Advertise gets the repository's opening. A redirect counts for the requests that follow, as in Git itself.
func (h *HTTP) Advertise(ctx context.Context) (io.Reader, error) {
	const query = "/info/refs?service=" + service
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, h.base+query, nil)
	if err != nil {
		return nil, err
	}
	response, err := h.do(request)
	if err != nil {
		return nil, err
	}
	if kind := response.Header.Get("Content-Type"); kind != "application/x-"+service+"-advertisement" {
		return nil, fmt.Errorf("not a Git repository over smart HTTP: the server answered with content type %q", kind)
	}
	if final := response.Request; final != nil && final.URL != nil {
		if moved, ok := strings.CutSuffix(final.URL.String(), query); ok {
			h.base = moved
		}
	}
	return response.Body, nil
}

// Exchange posts one request.
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
	response, err := h.client.Do(request)
	if err != nil {
		return nil, err
	}
	h.Close()
	h.body = response.Body
	if response.StatusCode != http.StatusOK {
		return nil, &StatusError{Code: response.StatusCode, Detail: detail(response)}
	}
	return response, nil
}

// detail takes the first line of a plain text answer: GitHub and GitLab say there what is wrong.
func detail(response *http.Response) string {
	if !strings.HasPrefix(response.Header.Get("Content-Type"), "text/plain") {
		return ""
	}
	head, _ := io.ReadAll(io.LimitReader(response.Body, 300))
	line, _, _ := strings.Cut(strings.TrimSpace(string(head)), "\n")
	return strings.ToValidUTF8(line, "")
}
