package remote

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// StatusError is an answer over HTTP that is not a success.
type StatusError struct {
	Code int
	// Detail is the beginning of a text answer.
	Detail string
	// RetryAfter is how long the server wants to be left alone; zero where it does not say.
	RetryAfter time.Duration
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

// longestWait is what a server can make us wait at most.
const longestWait = time.Hour

// retryAfter reads the header Retry-After (RFC 9110, 10.2.3): seconds or a date; zero for what is neither.
func retryAfter(header http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))
	wait := time.Duration(0)
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if until, err := http.ParseTime(value); err == nil {
		wait = until.Sub(now)
	}
	return min(max(wait, 0), longestWait)
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
