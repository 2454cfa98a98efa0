module flux-host/sdk/go

go 1.26
