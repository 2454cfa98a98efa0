// Command probe is the plugin that the sandbox is tested with.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	plugin "flux-host/sdk/go"
	fluxhttp "flux-host/sdk/go/http"
	"flux-host/sdk/go/tcp"
)

func main() {}

type request struct {
	Path    string            `json:"path"`
	Content string            `json:"content"`
	URL     string            `json:"url"`
	Method  string            `json:"method"`
	Headers map[string]string `json:"headers"`
	Size    int               `json:"size"`
	Stream  bool              `json:"stream"`
	Address string            `json:"address"`
	Count   int               `json:"count"`
	Millis  int               `json:"millis"`
}

func serve(f func(request) (any, error)) int32 {
	return plugin.Run(func() (any, error) {
		var r request
		if err := plugin.Decode(&r); err != nil {
			return nil, err
		}
		return f(r)
	})
}

//go:wasmexport build
func build() int32 {
	return serve(func(request) (any, error) {
		files := map[string]string{}
		err := filepath.WalkDir("/in", func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if entry.Type().IsRegular() {
				content, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				files[path] = string(content)
			}
			return nil
		})
		return files, err
	})
}

//go:wasmexport echo
func echo() int32 {
	return plugin.Run(func() (any, error) {
		var v any
		err := plugin.Decode(&v)
		return v, err
	})
}

//go:wasmexport read
func read() int32 {
	return serve(func(r request) (any, error) {
		content, err := os.ReadFile(r.Path)
		return string(content), err
	})
}

//go:wasmexport write
func write() int32 {
	return serve(func(r request) (any, error) {
		if err := os.MkdirAll(filepath.Dir(r.Path), 0o755); err != nil {
			return nil, err
		}
		content := []byte(r.Content)
		if r.Size > 0 {
			content = bytes.Repeat([]byte("x"), r.Size)
		}
		return nil, os.WriteFile(r.Path, content, 0o644)
	})
}

//go:wasmexport tree
func tree() int32 {
	return serve(func(r request) (any, error) {
		steps := []error{
			os.MkdirAll("/out/bin/deep", 0o755),
			os.WriteFile("/out/bin/run.tmp", []byte("#!/bin/sh\n"), 0o644),
			os.Rename("/out/bin/run.tmp", "/out/bin/run"),
			plugin.Chmod("/out/bin/run", 0o755),
			os.Symlink("/etc/passwd", "/out/bin/link"),
			os.WriteFile("/out/removed", []byte("x"), 0o644),
			os.Remove("/out/removed"),
		}
		return nil, errors.Join(steps...)
	})
}

//go:wasmexport get
func get() int32 {
	return serve(func(r request) (any, error) {
		var body io.Reader
		if r.Size > 0 {
			body = bytes.NewReader(bytes.Repeat([]byte("b"), r.Size))
			if r.Stream {
				body = io.MultiReader(body)
			}
		}
		q, err := http.NewRequest(r.Method, r.URL, body)
		if err != nil {
			return nil, err
		}
		for name, value := range r.Headers {
			q.Header.Set(name, value)
		}
		response, err := fluxhttp.Client().Do(q)
		if err != nil {
			return nil, err
		}
		defer response.Body.Close()
		content, err := io.ReadAll(response.Body)
		if err != nil {
			return nil, err
		}
		text := string(content)
		if len(text) > 1000 {
			text = text[:1000]
		}
		return map[string]any{"status": response.StatusCode, "length": len(content), "text": text, "headers": response.Header}, nil
	})
}

//go:wasmexport save
func save() int32 {
	return serve(func(r request) (any, error) {
		response, err := fluxhttp.Client().Get(r.URL)
		if err != nil {
			return nil, err
		}
		defer response.Body.Close()
		return fluxhttp.Save(response, r.Path, fluxhttp.SaveOptions{Digest: r.Content, Unpack: r.Method})
	})
}

// A reader and a writer at the same time, as SSH has them.
//
//go:wasmexport converse
func converse() int32 {
	return serve(func(r request) (any, error) {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		conn, err := tcp.Dial(ctx, "tcp", r.Address)
		if err != nil {
			return nil, err
		}
		defer conn.Close()
		if r.Millis > 0 {
			if err := conn.SetReadDeadline(time.Now().Add(time.Duration(r.Millis) * time.Millisecond)); err != nil {
				return nil, err
			}
		}
		var answer strings.Builder
		var failure error
		var group sync.WaitGroup
		want := r.Count * len(r.Content)
		group.Add(1)
		go func() {
			defer group.Done()
			piece := make([]byte, 4096)
			for answer.Len() < want {
				n, err := conn.Read(piece)
				answer.Write(piece[:n])
				if err != nil {
					failure = err
					return
				}
			}
		}()
		runtime.Gosched()
		for range r.Count {
			if _, err := io.WriteString(conn, r.Content); err != nil {
				return nil, err
			}
		}
		group.Wait()
		if failure != nil {
			return nil, failure
		}
		return map[string]any{"length": answer.Len(), "remote": conn.RemoteAddr().String()}, nil
	})
}

//go:wasmexport fail
func fail() int32 {
	return plugin.Run(func() (any, error) {
		return nil, fmt.Errorf("reading the chart: %w", &plugin.Failure{
			Message: "no such version", Reason: "ChartPullFailed", Hint: "pick another", Terminal: true, RetryAfterMs: 1500,
		})
	})
}

//go:wasmexport panics
func panics() int32 {
	return plugin.Run(func() (any, error) { panic("oh no") })
}

//go:wasmexport sleep
func sleep() int32 {
	return serve(func(r request) (any, error) {
		time.Sleep(time.Duration(r.Millis) * time.Millisecond)
		return "slept", nil
	})
}

var kept [][]byte

//go:wasmexport hog
func hog() int32 {
	return plugin.Run(func() (any, error) {
		for {
			b := make([]byte, 1<<20)
			for i := 0; i < len(b); i += 4096 {
				b[i] = 1
			}
			kept = append(kept, b)
		}
	})
}

//go:wasmexport spin
func spin() int32 {
	for i := 0; ; i++ {
		if i < 0 {
			return 1
		}
	}
}

//go:wasmexport counter
func counter() int32 {
	return plugin.Run(func() (any, error) {
		kept = append(kept, nil)
		return len(kept), nil
	})
}

//go:wasmexport chatter
func chatter() int32 {
	return serve(func(r request) (any, error) {
		for i := range r.Count {
			plugin.Log(plugin.LevelInfo, fmt.Sprintf("line %d %s", i, r.Content))
		}
		return nil, nil
	})
}
