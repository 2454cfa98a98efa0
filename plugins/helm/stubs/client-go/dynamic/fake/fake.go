// Package fake is imported by Helm's tests only; it is here for `go mod tidy`.
package fake
