//go:build !wasip1

// Natively the plugin is a library under test; see internal.
package main

func main() {}
