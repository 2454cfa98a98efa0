module probe

go 1.26

require flux-host/sdk/go v0.0.0

replace flux-host/sdk/go => ../..
