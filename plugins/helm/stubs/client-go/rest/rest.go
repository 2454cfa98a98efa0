// Package rest has the configuration type that Helm's engine names.
package rest

// Config would say how to reach a cluster.
type Config struct{}
