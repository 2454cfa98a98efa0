package plugin

import (
	"errors"
	"fmt"
	"testing"

	"flux-host/sdk/go/internal/abi"
)

func TestFailureKeepsWhatItsChainSays(t *testing.T) {
	cause := &Failure{Message: "denied", Reason: "AuthenticationFailed", Hint: "renew the token", Terminal: true, RetryAfterMs: 5}
	got := failureOf(fmt.Errorf("cloning: %w", cause))
	want := Failure{Message: "cloning: denied", Reason: "AuthenticationFailed", Hint: "renew the token", Terminal: true, RetryAfterMs: 5}
	if *got != want {
		t.Errorf("got %+v, want %+v", *got, want)
	}
}

func TestFailureTakesTheHintOfTheHostUnlessThePluginHasOne(t *testing.T) {
	host := &abi.HostError{Message: "may not connect", Hint: "add a line", RetryAfterMs: 7}
	if got := failureOf(fmt.Errorf("get: %w", host)); got.Hint != "add a line" || got.RetryAfterMs != 7 || got.Message != "get: may not connect" {
		t.Errorf("got %+v", *got)
	}
	own := &Failure{Message: "x", Hint: "mine", cause: host}
	if got := failureOf(own); got.Hint != "mine" {
		t.Errorf("got hint %q", got.Hint)
	}
}

func TestFailKeepsItsCause(t *testing.T) {
	cause := errors.New("boom")
	if err := Fail("BuildFailed", cause); !errors.Is(err, cause) || err.Error() != "boom" {
		t.Errorf("got %v", err)
	}
}

func TestFailureAlwaysHasAMessage(t *testing.T) {
	if got := failureOf(errors.New("")); got.Message == "" {
		t.Error("no message")
	}
}

func TestRunFailsOnPanicAndOnWhatCannotBeEncoded(t *testing.T) {
	if code := Run(func() (any, error) { panic("x") }); code != 1 {
		t.Errorf("panic: got %d", code)
	}
	if code := Run(func() (any, error) { return func() {}, nil }); code != 1 {
		t.Errorf("a function as the answer: got %d", code)
	}
	if code := Run(func() (any, error) { return "ok", nil }); code != 0 {
		t.Errorf("got %d", code)
	}
}

func TestEncodeLeavesHTMLAlone(t *testing.T) {
	got, err := encode(map[string]string{"a": "<b>&"})
	if err != nil || string(got) != `{"a":"<b>&"}` {
		t.Errorf("got %s, %v", got, err)
	}
}
