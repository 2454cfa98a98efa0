// The git plugin: resolves and fetches GitRepository sources over HTTP and SSH.
//
// Its two exports are in main_wasip1.go; everything else also compiles and is tested natively. The protocol is spoken here
// (internal/wire) and not by a library: only one commit is wanted, without history and without a repository on disk.
//
// What is known to differ from Flux, on purpose:
//   - A pinned commit is fetched by itself and not cloned with its history. It still has to be on the branch of the spec, or
//     without one on any branch or tag (internal/source/pinned.go); Flux does not look at tags.
//   - Over HTTP, submodules get the credentials only where they lie on the same server as the repository.
//   - Where Flux says that a reference was not found, the failure names those that there are.
package main

func main() {}
