// Server offers the repositories below a folder over HTTP, HTTPS and SSH, for the end-to-end tests. The first line it
// prints is JSON with addresses and keys; a line follows for every request. It ends with its standard input.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"golang.org/x/crypto/ssh/knownhosts"

	"flux-host/plugins/git/internal/gittest"
)

// offer is the first line that the program prints.
type offer struct {
	HTTP, HTTPS, MutualTLS, Proxy, SSH string
	CA, ClientCert, ClientKey          string
	Identity, EncryptedIdentity        string
	OtherIdentity, KnownHosts          string
	OtherKnownHosts                    string
}

func main() {
	root, t := os.Args[1], program{}
	handler := logged((&gittest.Server{}).Handler(t, root))
	authority := gittest.NewAuthority(t)
	identity, signer := gittest.NewKey(t, "")
	other, otherSigner := gittest.NewKey(t, "")
	locked, lockedSigner := gittest.NewKey(t, "open sesame")
	shell := gittest.ServeSSH(t, root, signer.PublicKey(), lockedSigner.PublicKey())
	name := []string{knownhosts.Normalize(shell.Address)}
	cert, key := authority.Client(t)
	line, err := json.Marshal(offer{
		HTTP:      listen(t, handler, nil),
		HTTPS:     listen(t, handler, authority.Server(t, false)),
		MutualTLS: listen(t, handler, authority.Server(t, true)),
		Proxy:     proxy(t),
		SSH:       "ssh://git@" + shell.Address,
		CA:        authority.PEM, ClientCert: cert, ClientKey: key,
		Identity: string(identity), EncryptedIdentity: string(locked), OtherIdentity: string(other),
		KnownHosts:      knownhosts.Line(name, shell.HostKey),
		OtherKnownHosts: knownhosts.Line(name, otherSigner.PublicKey()),
	})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(string(line))
	io.Copy(io.Discard, os.Stdin)
}

// logged prints every request, and asks for credentials below /basic and /bearer.
func logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println(r.Method, r.URL.RequestURI())
		if rest, ok := strings.CutPrefix(r.URL.Path, "/basic"); ok {
			if user, password, _ := r.BasicAuth(); user != "flux" || password != "s3cret" {
				w.Header().Set("WWW-Authenticate", `Basic realm="git"`)
				http.Error(w, "bad credentials", http.StatusUnauthorized)
				return
			}
			r.URL.Path = rest
		}
		if rest, ok := strings.CutPrefix(r.URL.Path, "/bearer"); ok {
			if r.Header.Get("Authorization") != "Bearer t0ken" {
				http.Error(w, "bad token", http.StatusUnauthorized)
				return
			}
			r.URL.Path = rest
		}
		next.ServeHTTP(w, r)
	})
}

// program takes the place of a test.
type program struct{}

func (program) Helper()        {}
func (program) Cleanup(func()) {}
func (program) Fatal(args ...any) {
	fmt.Fprintln(os.Stderr, args...)
	os.Exit(1)
}

func (p program) Fatalf(format string, args ...any) { p.Fatal(fmt.Sprintf(format, args...)) }
