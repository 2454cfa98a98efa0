module flux-host/plugins/decryptor-pgp

go 1.26.0

require (
	flux-host/sdk/go v0.0.0
	github.com/ProtonMail/go-crypto v1.4.1
)

require (
	github.com/cloudflare/circl v1.6.2 // indirect
	golang.org/x/crypto v0.41.0 // indirect
	golang.org/x/sys v0.35.0 // indirect
)

replace flux-host/sdk/go => ../../sdk/go
