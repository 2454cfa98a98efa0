package source

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/Masterminds/semver/v3"

	"flux-host/plugins/git/internal/object"
	"flux-host/plugins/git/internal/pack"
	"flux-host/plugins/git/internal/wire"
)

// version is a tag that is a semantic version.
type version struct {
	ref    wire.Ref
	semver *semver.Version
}

// highest finds the tag with the highest version in a range.
func (f finder) highest(expression string) (wire.Ref, error) {
	constraint, err := semver.NewConstraint(expression)
	if err != nil {
		return wire.Ref{}, impossible(f.url, fmt.Errorf("semver parse error: '%s': %w", expression, err),
			"spec.ref.semver has to be a range like '>=1.0.0 <2.0.0' or '1.x'")
	}
	refs, err := f.list("refs/tags/")
	if err != nil {
		return wire.Ref{}, err
	}
	all := versions(refs)
	matching := slices.DeleteFunc(slices.Clone(all), func(v version) bool { return !constraint.Check(v.semver) })
	if len(matching) == 0 {
		return wire.Ref{}, f.noVersion(expression, all, len(refs))
	}
	last := matching[len(matching)-1]
	tied := slices.DeleteFunc(matching, func(v version) bool { return !v.semver.Equal(last.semver) })
	if len(tied) == 1 {
		return last.ref, nil
	}
	return f.newest(tied)
}

// versions parses the tags, with or without a leading v, in ascending order.
func versions(refs []wire.Ref) []version {
	var all []version
	for _, ref := range refs {
		name := strings.TrimPrefix(ref.Name, "refs/tags/")
		if v, err := semver.StrictNewVersion(strings.TrimPrefix(name, "v")); err == nil {
			all = append(all, version{ref, v})
		}
	}
	slices.SortStableFunc(all, func(a, b version) int { return a.semver.Compare(b.semver) })
	return all
}

func (f finder) noVersion(expression string, all []version, tags int) error {
	if tags == 0 {
		if refs, err := f.list(); err == nil && len(refs) == 0 {
			return emptyRepository()
		}
	}
	var names []string
	for i := len(all) - 1; i >= 0 && len(names) < maxCandidates; i-- {
		names = append(names, shortName(all[i].ref.Name))
	}
	hint := fmt.Sprintf("none of the repository's %d tags is a semantic version", tags)
	if len(names) > 0 {
		hint = "the highest versions are " + list(names, len(all))
	}
	return operationFailed(f.url, fmt.Errorf("no match found for semver: %s", expression), hint)
}

// newest decides between tags that differ only in build metadata or in the leading v: the latest commit wins, as in
// Flux. The order of the names decides where the server does not hand out the commits.
func (f finder) newest(tied []version) (wire.Ref, error) {
	const most = 64
	tied = tied[max(0, len(tied)-most):]
	want := wire.Want{Depth: 1}
	can, err := f.session.CanFilter(f.ctx)
	if err != nil {
		return wire.Ref{}, explain(err, f.url, f.spec)
	}
	if can {
		want.Filter = "tree:0"
	}
	for _, v := range tied {
		want.IDs = append(want.IDs, v.ref.Commit())
	}
	packfile, err := f.session.Fetch(f.ctx, want)
	if err != nil {
		return wire.Ref{}, explain(err, f.url, f.spec)
	}
	store, err := pack.Read(packfile, f.session.Format())
	if err != nil {
		return wire.Ref{}, explain(err, f.url, f.spec)
	}
	best, when := tied[0].ref, time.Time{}
	for _, v := range tied {
		if committed := committedAt(store, v.ref); !committed.Before(when) {
			best, when = v.ref, committed
		}
	}
	return best, nil
}

func committedAt(store *pack.Store, ref wire.Ref) time.Time {
	id, err := object.ParseID(ref.Commit())
	if err != nil {
		return time.Time{}
	}
	_, content, err := store.Get(id)
	if err != nil {
		return time.Time{}
	}
	commit, err := object.ParseCommit(content)
	if err != nil {
		return time.Time{}
	}
	return commit.Committed
}
