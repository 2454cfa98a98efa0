package source

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	plugin "flux-host/sdk/go"

	"flux-host/plugins/git/internal/known"
	"flux-host/plugins/git/internal/remote"
	"flux-host/plugins/git/internal/wire"
)

// explain turns what went wrong on the way to the repository at u into what the user has to know.
func explain(err error, u *url.URL, spec Spec) error {
	var (
		already  *plugin.Failure
		status   *remote.StatusError
		said     *wire.RemoteError
		hostKey  *known.KeyError
		rejected *remote.RejectedError
	)
	switch {
	case errors.As(err, &already):
		return err
	case errors.As(err, &status):
		failure := explainStatus(status, u, spec)
		failure.RetryAfterMs = status.RetryAfter.Milliseconds()
		return failure
	case errors.As(err, &hostKey):
		return operationFailed(u, hostKey, hostKeyHint(hostKey))
	case errors.As(err, &rejected):
		return operationFailed(u, rejected, "add the public half of 'identity' as a deploy key on the server")
	case errors.As(err, &said):
		return explainRemote(said, u, spec)
	}
	return operationFailed(u, err, "")
}

func explainStatus(status *remote.StatusError, u *url.URL, spec Spec) *plugin.Failure {
	switch status.Code {
	case http.StatusUnauthorized:
		if spec.SecretRef == nil {
			return operationFailed(u, fmt.Errorf("authentication required: %w", status), "set spec.secretRef to a Secret with username and password, or bearerToken")
		}
		if withheld := withheldHint(u, spec); withheld != "" {
			return operationFailed(u, fmt.Errorf("authentication required: %w", status), withheld)
		}
		return operationFailed(u, fmt.Errorf("authentication failed: the server rejected the credentials: %w", status),
			fmt.Sprintf("check the Secret %s: the token may be wrong, expired, or not allowed to read the repository", spec.SecretRef.Name))
	case http.StatusForbidden:
		return operationFailed(u, fmt.Errorf("authorization failed: %w", status), "the credentials are not allowed to read the repository")
	case http.StatusNotFound, http.StatusGone:
		return operationFailed(u, fmt.Errorf("repository not found: %w", status), notFoundHint(spec))
	case http.StatusProxyAuthRequired:
		return operationFailed(u, fmt.Errorf("the proxy requires authentication: %w", status), "check the Secret of spec.proxySecretRef")
	case http.StatusTooManyRequests:
		return operationFailed(u, status, "the server limits how often it is asked: raise spec.interval, or use credentials, which many servers allow more")
	}
	return operationFailed(u, status, "")
}

// withheldHint says why a submodule on another server did not get the credentials; empty when it did.
func withheldHint(u *url.URL, spec Spec) string {
	root, err := url.Parse(spec.URL)
	if err != nil || (root.Scheme == u.Scheme && root.Host == u.Host) {
		return ""
	}
	return fmt.Sprintf("the credentials of the Secret %s are sent to %s://%s only: no submodule may send them elsewhere", spec.SecretRef.Name, root.Scheme, root.Host)
}

// explainRemote reads the words of the servers that say over SSH, or within the protocol, what HTTP says with a status.
func explainRemote(said *wire.RemoteError, u *url.URL, spec Spec) error {
	text := strings.ToLower(said.Message)
	switch {
	case strings.Contains(text, "not found"), strings.Contains(text, "does not appear to be a git repository"),
		strings.Contains(text, "could not be found"), strings.Contains(text, "does not exist"):
		return operationFailed(u, fmt.Errorf("repository not found: %w", said), notFoundHint(spec))
	case strings.Contains(text, "permission"), strings.Contains(text, "denied"), strings.Contains(text, "not allowed"):
		return operationFailed(u, fmt.Errorf("authorization failed: %w", said), "the key is not allowed to read the repository")
	}
	return operationFailed(u, said, "")
}

func notFoundHint(spec Spec) string {
	if spec.SecretRef == nil {
		return "check spec.url; if the repository is private, set spec.secretRef: many servers hide it from strangers"
	}
	return "check spec.url, and that the credentials may read the repository: many servers hide it otherwise"
}

func hostKeyHint(e *known.KeyError) string {
	switch e.Problem {
	case known.Mismatch:
		return "someone may be listening in. If the server has a new key, verify its fingerprint and update known_hosts: " + e.Line
	case known.Revoked:
		return "the server must not be trusted with this key"
	}
	return "verify the fingerprint, then add to known_hosts in the Secret: " + e.Line
}
