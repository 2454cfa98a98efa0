module flux-host/plugins/git

go 1.26.0

require (
	flux-host/sdk/go v0.0.0
	github.com/Masterminds/semver/v3 v3.5.0
	github.com/ProtonMail/go-crypto v1.4.1
	github.com/hiddeco/sshsig v0.2.0
	golang.org/x/crypto v0.58.0
)

require (
	github.com/cloudflare/circl v1.6.2 // indirect
	golang.org/x/sys v0.49.0 // indirect
)

replace flux-host/sdk/go => ../../sdk/go
