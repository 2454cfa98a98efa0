module example.com/jsonnet

go 1.26

require (
	flux-host/sdk/go v0.0.0
	github.com/google/go-jsonnet v0.22.0
)

require (
	golang.org/x/crypto v0.45.0 // indirect
	golang.org/x/sys v0.38.0 // indirect
	sigs.k8s.io/yaml v1.4.0 // indirect
)

// npm install puts it there.
replace flux-host/sdk/go => ./node_modules/@flux-host/sdk/go
