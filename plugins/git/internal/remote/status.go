package remote

import (
	"fmt"
	"io"
	"net/http"
	"strings"
)

// StatusError is an answer over HTTP that is not a success.
type StatusError struct {
	Code int
	// Detail is the beginning of a text answer.
	Detail string
	// location of a redirect.
	location string
}

func (e *StatusError) Error() string {
	text := fmt.Sprintf("HTTP status %d (%s)", e.Code, http.StatusText(e.Code))
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	return text
}

// Final says that the server has said all that it will: it wants other credentials, or no more requests.
func (e *StatusError) Final() bool {
	switch e.Code {
	case http.StatusUnauthorized, http.StatusProxyAuthRequired, http.StatusTooManyRequests:
		return true
	}
	return false
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

// unreachedError is a request without an answer.
type unreachedError struct{ error }

func (e unreachedError) Unwrap() error { return e.error }

// Final says that there is nobody to be asked in another way.
func (e unreachedError) Final() bool { return true }
