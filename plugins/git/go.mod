module flux-host/plugins/git

go 1.26.0

require (
	flux-host/sdk/go v0.0.0
	github.com/Masterminds/semver/v3 v3.5.0
	golang.org/x/crypto v0.58.0
)

require golang.org/x/sys v0.49.0 // indirect

replace flux-host/sdk/go => ../../sdk/go
