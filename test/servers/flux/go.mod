// Which flux the tests run, and what it has to be byte by byte. The module lacks manifests that it embeds: see scripts/setup/flux-cli.ts.
module flux-host/test/servers/flux

go 1.26.0

require github.com/fluxcd/flux2/v2 v2.9.4 // indirect
