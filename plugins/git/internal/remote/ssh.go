package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"

	"golang.org/x/crypto/ssh"

	"flux-host/plugins/git/internal/known"
	"flux-host/plugins/git/internal/wire"
)

// Dialer opens a TCP connection.
type Dialer func(ctx context.Context, network, address string) (net.Conn, error)

// Credentials are what an SSH connection needs.
type Credentials struct {
	Signer ssh.Signer
	Hosts  *known.Hosts
}

// SSH runs `git-upload-pack` on a server.
type SSH struct {
	client  *ssh.Client
	session *ssh.Session
	stdin   io.Writer
	stdout  io.Reader
	stderr  limited
	path    string
}

var _ wire.Conn = (*SSH)(nil)

// RejectedError says that the server accepted none of the keys that it was offered.
type RejectedError struct {
	User, Fingerprint string
}

func (e *RejectedError) Error() string {
	return fmt.Sprintf("the server rejected the SSH key %s for user %q", e.Fingerprint, e.User)
}

// DialSSH connects, checks the server's key and signs in.
func DialSSH(ctx context.Context, dial Dialer, u *url.URL, credentials Credentials) (*SSH, error) {
	check := credentials.Hosts.Checker(address(u))
	client, err := handshake(ctx, dial, u, credentials, check, check.Algorithms())
	if err != nil && strings.Contains(err.Error(), "no common algorithm for host key") {
		// The server has none of the kinds of keys that it is known by. The check cannot succeed, but it names the key.
		client, err = handshake(ctx, dial, u, credentials, check, nil)
	}
	switch {
	case err == nil:
		return &SSH{client: client, path: u.Path}, nil
	case check.Err != nil:
		return nil, check.Err
	case strings.Contains(err.Error(), "unable to authenticate"):
		return nil, &RejectedError{User: user(u), Fingerprint: ssh.FingerprintSHA256(credentials.Signer.PublicKey())}
	}
	return nil, err
}

func handshake(ctx context.Context, dial Dialer, u *url.URL, credentials Credentials, check *known.Checker, algorithms []string) (*ssh.Client, error) {
	raw, err := dial(ctx, "tcp", address(u))
	if err != nil {
		return nil, err
	}
	conn := &settled{Conn: raw}
	secured, channels, requests, err := ssh.NewClientConn(conn, address(u), &ssh.ClientConfig{
		User:              user(u),
		Auth:              []ssh.AuthMethod{ssh.PublicKeys(credentials.Signer)},
		HostKeyCallback:   check.Check,
		HostKeyAlgorithms: algorithms,
		ClientVersion:     "SSH-2.0-flux-host",
	})
	if err != nil {
		conn.Close()
		return nil, err
	}
	return ssh.NewClient(secured, channels, requests), nil
}

func user(u *url.URL) string {
	if name := u.User.Username(); name != "" {
		return name
	}
	return "git"
}

func address(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = "22"
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// Stateless reports false: the exchanges are one conversation.
func (s *SSH) Stateless() bool { return false }

// Advertise starts the service. A server that does not take the environment variable answers in version 0.
func (s *SSH) Advertise(context.Context) (io.Reader, error) {
	session, err := s.client.NewSession()
	if err != nil {
		return nil, err
	}
	s.session = session
	session.Stderr = &s.stderr
	_ = session.Setenv("GIT_PROTOCOL", "version=2")
	if s.stdin, err = session.StdinPipe(); err != nil {
		return nil, err
	}
	stdout, err := session.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.stdout = &explained{stdout, s}
	if err := session.Start(service + " " + quote(s.path)); err != nil {
		return nil, err
	}
	return s.stdout, nil
}

// Exchange sends a request within the running conversation.
func (s *SSH) Exchange(_ context.Context, request []byte) (io.Reader, error) {
	if _, err := s.stdin.Write(request); err != nil {
		return nil, err
	}
	return s.stdout, nil
}

// Close ends the session and the connection.
func (s *SSH) Close() error {
	return s.client.Close()
}

// explained gives what the server wrote to its standard error when it ends the conversation.
type explained struct {
	io.Reader
	s *SSH
}

func (e *explained) Read(p []byte) (int, error) {
	n, err := e.Reader.Read(p)
	if n == 0 && errors.Is(err, io.EOF) {
		_ = e.s.session.Wait()
		if text := strings.TrimSpace(e.s.stderr.String()); text != "" {
			return 0, &wire.RemoteError{Message: text}
		}
	}
	return n, err
}

// limited keeps the first bytes of what is written to it.
type limited struct{ bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	if room := 1024 - l.Len(); room > 0 {
		l.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

// quote makes one word of a path for the server's shell.
func quote(path string) string {
	if strings.HasPrefix(path, "/~") {
		path = path[1:]
	}
	return "'" + strings.ReplaceAll(strings.ReplaceAll(path, "'", `'\''`), "!", `'\!'`) + "'"
}
