// Package kubernetes is imported by Helm so that the version of client-go is known in the build.
package kubernetes
