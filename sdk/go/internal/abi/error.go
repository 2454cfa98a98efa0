// Package abi holds the host functions that a flux-host sandbox offers, one Go function each.
package abi

import "encoding/json"

// HostError is the host's refusal or failure to do what a host function asked for.
type HostError struct {
	Code         string `json:"code"`
	Message      string `json:"message"`
	Hint         string `json:"hint,omitempty"`
	TimedOut     bool   `json:"timeout,omitempty"`
	Terminal     bool   `json:"terminal,omitempty"`
	RetryAfterMs int64  `json:"retryAfterMs,omitempty"`
}

func (e *HostError) Error() string { return e.Message }

// Timeout makes the error a net.Error.
func (e *HostError) Timeout() bool { return e.TimedOut }

// Temporary makes the error a net.Error.
func (e *HostError) Temporary() bool { return e.TimedOut }

func hostError(document []byte) error {
	e := &HostError{}
	if err := json.Unmarshal(document, e); err != nil || e.Message == "" {
		return &HostError{Message: string(document)}
	}
	return e
}
