// Package build runs kustomize for one request, as Flux's kustomize-controller does.
package build

import (
	"path"
	"strings"

	"flux-host/plugins/kustomize/internal/explain"
	"flux-host/plugins/kustomize/internal/flux"
	"flux-host/plugins/kustomize/internal/guard"
	"flux-host/plugins/kustomize/internal/refs"
	"flux-host/plugins/kustomize/internal/tree"
)

// Request is the contract's BuildRequest.
type Request struct {
	Path    string            `json:"path"`
	Spec    flux.Spec         `json:"spec"`
	Config  Config            `json:"config"`
	Remotes map[string]string `json:"remotes"`
}

// Config is `spec.builder.config`.
type Config struct {
	// Ignore leaves files out: gitignore patterns besides those of the `.sourceignore` files. Without it those are not
	// looked at either.
	Ignore *string `json:"ignore"`
}

// Response is the contract's BuildResponse: either of the two.
type Response struct {
	Resources *string  `json:"resources,omitempty"`
	Remotes   []string `json:"remotes,omitempty"`
}

// Kustomization is the kustomization.yaml that a build uses.
type Kustomization struct {
	// File is relative to the artifact.
	File    string `json:"file"`
	Content string `json:"content"`
	// Created tells whether the folder had none.
	Created bool `json:"created"`
}

// Run builds a request. real returns the operating system's folder of a mount.
func Run(request Request, real func(mount string) string) (Response, error) {
	return run(request, real, inParts)
}

// Whole does the same without dividing big kustomizations, for comparison.
func Whole(request Request, real func(mount string) string) (Response, error) {
	return run(request, real, whole)
}

type engine func(t *tree.Tree, folder string) (string, error)

func run(request Request, real func(mount string) string, build engine) (Response, error) {
	t, generated, err := prepare(request, real)
	if err != nil {
		return Response{}, err
	}
	folder := path.Dir(generated.File)
	found, err := refs.Walk(t, folder, request.Remotes)
	if err != nil {
		return Response{}, named(request.Remotes, err)
	}
	if len(found.Missing) > 0 {
		return Response{Remotes: found.Missing}, nil
	}
	prepareSchema(found.CustomSchema)
	resources, err := build(t, folder)
	if err != nil {
		return Response{}, named(request.Remotes, explain.Kustomize(folder, err))
	}
	return Response{Resources: &resources}, nil
}

// Generate returns the kustomization.yaml that Run would build.
func Generate(request Request, real func(mount string) string) (Kustomization, error) {
	_, generated, err := prepare(request, real)
	return Kustomization{
		File:    explain.Name(generated.File),
		Content: string(generated.Content),
		Created: generated.Created,
	}, err
}

func prepare(request Request, real func(mount string) string) (*tree.Tree, flux.Generated, error) {
	mounts := []tree.Mount{{Virtual: tree.Root, Real: real(tree.Root)}}
	for _, at := range request.Remotes {
		mount := mountOf(at)
		mounts = append(mounts, tree.Mount{Virtual: mount, Real: real(mount)})
	}
	t := tree.New(mounts, guard.Check)
	folder := path.Join(tree.Root, request.Path)
	if info, err := t.Stat(folder); err != nil {
		return nil, flux.Generated{}, explain.Read(err)
	} else if !info.IsDir() {
		return nil, flux.Generated{}, explain.Fail(explain.Name(folder)+" is a file, not a folder", "set spec.path to a folder of the source")
	}
	generated, err := flux.Generate(t, flux.Request{Folder: folder, Spec: request.Spec, Ignore: request.Config.Ignore})
	if err != nil {
		return nil, generated, err
	}
	return t, generated, t.WriteFile(generated.File, generated.Content)
}

// mountOf returns the mount of a remote base: `/remotes/0` of `/remotes/0/deploy/base`, so that a base can refer to
// other folders of its repository.
func mountOf(at string) string {
	parts := strings.SplitN(strings.TrimPrefix(path.Clean(at), "/"), "/", 3)
	return "/" + strings.Join(parts[:min(2, len(parts))], "/")
}

// named puts the remote base's own name in place of its mount.
func named(remotes map[string]string, err error) error {
	for base, at := range remotes {
		err = explain.Replace(err, mountOf(at), base)
	}
	return err
}
