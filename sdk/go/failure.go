package plugin

import (
	"errors"

	"flux-host/sdk/go/internal/abi"
)

// Failure is an error that tells the host more than its message. Anywhere in the chain of the error that a call returns,
// it gives reason, hint and retrying; the message is always that of the whole chain.
type Failure struct {
	Message string `json:"message"`
	// Reason is the CamelCase reason of the Ready condition, e.g. AuthenticationFailed.
	Reason string `json:"reason,omitempty"`
	// Hint says what to do about it.
	Hint string `json:"hint,omitempty"`
	// Terminal: retrying cannot help until the spec changes.
	Terminal     bool  `json:"terminal,omitempty"`
	RetryAfterMs int64 `json:"retryAfterMs,omitempty"`

	cause error
}

// Fail makes a Failure of an error, keeping it in the chain.
func Fail(reason string, cause error) *Failure {
	return &Failure{Message: cause.Error(), Reason: reason, cause: cause}
}

func (f *Failure) Error() string { return f.Message }

// Unwrap returns the error that Fail was given.
func (f *Failure) Unwrap() error { return f.cause }

func failureOf(err error) *Failure {
	answer := &Failure{Message: err.Error()}
	var failure *Failure
	if errors.As(err, &failure) {
		answer.Reason, answer.Hint = failure.Reason, failure.Hint
		answer.Terminal, answer.RetryAfterMs = failure.Terminal, failure.RetryAfterMs
	}
	var host *abi.HostError
	if errors.As(err, &host) {
		if answer.Hint == "" {
			answer.Hint = host.Hint
		}
		if answer.RetryAfterMs == 0 {
			answer.RetryAfterMs = host.RetryAfterMs
		}
	}
	if answer.Message == "" {
		answer.Message = "the plugin failed without saying why"
	}
	return answer
}
