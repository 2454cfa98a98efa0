package source

import (
	"context"
	"net/url"

	"flux-host/plugins/git/internal/remote"
	"flux-host/plugins/git/internal/wire"
)

// open starts a conversation with the repository at u.
func (h Host) open(ctx context.Context, u *url.URL, request Request) (*wire.Session, error) {
	if r := request.Resolved; r != nil && r.Server != nil && r.Server.URL == u.String() {
		return wire.Resume(remote.ResumeHTTP(h.HTTP, r.Server.Base), r.Server.Capabilities), nil
	}
	session, _, err := h.openAnew(ctx, u, request)
	return session, err
}

// openToResolve takes the direct way over HTTP, which spares a request at each poll, unless it is known to fail.
func (h Host) openToResolve(ctx context.Context, u *url.URL, request Request) (*wire.Session, wire.Conn, error) {
	if u.Scheme == "ssh" || h.Openings.needed(u) {
		return h.openAnew(ctx, u, request)
	}
	conn := remote.NewHTTP(h.HTTP, u)
	return wire.OpenDirectly(conn), conn, nil
}

func (h Host) openAnew(ctx context.Context, u *url.URL, request Request) (*wire.Session, wire.Conn, error) {
	conn, err := h.connect(ctx, u, request)
	if err != nil {
		return nil, nil, err
	}
	session, err := wire.Open(ctx, conn)
	if err != nil {
		conn.Close()
		return nil, nil, explain(err, u, request.Spec)
	}
	return session, conn, nil
}

// serverOf notes what the fetch that follows need not ask again.
func serverOf(u *url.URL, conn wire.Conn, session *wire.Session) *Server {
	over, isHTTP := conn.(*remote.HTTP)
	if !isHTTP || !session.CanResume() {
		return nil
	}
	return &Server{URL: u.String(), Base: over.Base(), Capabilities: session.Capabilities()}
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
