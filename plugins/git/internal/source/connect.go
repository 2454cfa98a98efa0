package source

import (
	"context"
	"net/url"

	"flux-host/plugins/git/internal/remote"
	"flux-host/plugins/git/internal/wire"
)

// open starts a conversation with the repository at u.
func (h Host) open(ctx context.Context, u *url.URL, request Request) (*wire.Session, error) {
	conn, err := h.connect(ctx, u, request)
	if err != nil {
		return nil, err
	}
	session, err := wire.Open(ctx, conn)
	if err != nil {
		conn.Close()
		return nil, explain(err, u, request.Spec)
	}
	return session, nil
}

func (h Host) connect(ctx context.Context, u *url.URL, request Request) (wire.Conn, error) {
	if u.Scheme != "ssh" {
		return remote.NewHTTP(h.HTTP, u), nil
	}
	credentials, err := sshCredentials(request.Secret)
	if err != nil {
		return nil, err
	}
	conn, err := remote.DialSSH(ctx, h.Dial, u, credentials)
	if err != nil {
		return nil, explain(err, u, request.Spec)
	}
	return conn, nil
}
