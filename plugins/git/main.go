// The git plugin: resolves and fetches GitRepository sources over HTTP and SSH.
//
// Its two exports are in main_wasip1.go; everything else also compiles and is tested natively.
package main

func main() {}
