package source

import (
	"errors"
	"fmt"
	"net/url"

	plugin "flux-host/sdk/go"

	"flux-host/plugins/git/internal/remote"
)

// Reasons of conditions, as Flux has them.
const (
	// AuthenticationFailed is for a Secret that cannot be used. A server that refuses credentials is a GitOperationFailed,
	// as in Flux.
	AuthenticationFailed = "AuthenticationFailed"
	GitOperationFailed   = "GitOperationFailed"
	URLInvalid           = "URLInvalid"
	EmptyGitRepository   = "EmptyGitRepository"
)

// operationFailed is a failure to clone, in Flux's words.
func operationFailed(u *url.URL, cause error, hint string) *plugin.Failure {
	failure := plugin.Fail(GitOperationFailed,
		fmt.Errorf("failed to checkout and determine revision: unable to clone '%s': %w", remote.Redacted(u), cause))
	failure.Hint = hint
	return failure
}

// impossible is a failure to clone that only another spec can mend.
func impossible(u *url.URL, cause error, hint string) *plugin.Failure {
	failure := operationFailed(u, cause, hint)
	failure.Terminal = true
	return failure
}

// badSecret is a Secret that cannot be used, in Flux's words.
func badSecret(cause error, hint string) *plugin.Failure {
	failure := plugin.Fail(AuthenticationFailed, fmt.Errorf("failed to configure authentication options: %w", cause))
	failure.Hint = hint
	return failure
}

func invalidURL(cause error) *plugin.Failure {
	failure := plugin.Fail(URLInvalid, fmt.Errorf("failed to parse url: %w", cause))
	failure.Hint = "spec.url has to be like https://example.com/org/repo or ssh://git@example.com/org/repo"
	failure.Terminal = true
	return failure
}

func emptyRepository() *plugin.Failure {
	failure := plugin.Fail(EmptyGitRepository, errors.New("git repository is empty"))
	failure.Hint = "push a first commit"
	return failure
}
