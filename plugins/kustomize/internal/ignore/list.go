package ignore

import "strings"

// What Flux leaves out of every artifact: version control, media, CI and tool configuration.
var defaults = []string{
	".git/", ".gitignore", ".gitmodules", ".gitattributes",
	"*.jpg", "*.jpeg", "*.gif", "*.png", "*.wmv", "*.flv", "*.tar.gz", "*.zip",
	".github/", ".circleci/", ".travis.yml", ".gitlab-ci.yml", "appveyor.yml", ".drone.yml", "cloudbuild.yaml",
	"codeship-services.yml", "codeship-steps.yml",
	"**/.goreleaser.yml", "**/.sops.yaml", "**/.flux.yaml",
}

// List is a sequence of patterns; the last one that matches decides.
type List struct{ patterns []pattern }

// Defaults returns Flux's default exclusions for everything below the folder.
func Defaults(folder []string) List {
	return List{}.Add(strings.Join(defaults, "\n"), folder)
}

// Add returns the list followed by the patterns of an ignore file's text, for everything below the folder.
func (l List) Add(text string, folder []string) List {
	patterns := l.patterns[:len(l.patterns):len(l.patterns)]
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
			continue
		}
		patterns = append(patterns, parse(line, append([]string(nil), folder...)))
	}
	return List{patterns}
}

// Then returns the list followed by another one, which wins.
func (l List) Then(other List) List {
	return List{append(l.patterns[:len(l.patterns):len(l.patterns)], other.patterns...)}
}

// Empty tells whether there are no patterns.
func (l List) Empty() bool { return len(l.patterns) == 0 }

// Excludes tells whether a file or folder is left out. The name is split at slashes.
func (l List) Excludes(name []string, isDir bool) bool {
	for i := len(l.patterns) - 1; i >= 0; i-- {
		if v := l.patterns[i].match(name, isDir); v != undecided {
			return v == excluded
		}
	}
	return false
}
