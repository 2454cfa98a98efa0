package source

import (
	"net/url"

	"flux-host/plugins/git/internal/wire"
)

// maxOpenings bounds how many are remembered; beyond it all are forgotten, at the price of one request each.
const maxOpenings = 1000

// Openings remembers where a conversation has to start with the server's opening, so that the direct way is not tried in vain
// at each poll: servers that do not speak version 2, and repositories whose URL leads elsewhere. A nil one remembers nothing.
type Openings struct{ places map[string]bool }

func (o *Openings) needed(u *url.URL) bool {
	return o != nil && (o.places[origin(u)] || o.places[place(u)])
}

func (o *Openings) note(u *url.URL, session *wire.Session) {
	if o == nil || !session.NeedsOpening() {
		return
	}
	if o.places == nil || len(o.places) >= maxOpenings {
		o.places = map[string]bool{}
	}
	if session.Version() == 2 {
		o.places[place(u)] = true
	} else {
		o.places[origin(u)] = true
	}
}

func origin(u *url.URL) string { return u.Scheme + "://" + u.Host }

// place is the URL without what may be secret.
func place(u *url.URL) string { return origin(u) + u.EscapedPath() }
