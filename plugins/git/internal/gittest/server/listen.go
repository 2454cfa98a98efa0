package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"

	"flux-host/plugins/git/internal/gittest"
)

// listen serves on a port of its own and returns the base URL.
func listen(t gittest.TB, handler http.Handler, config *tls.Config) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	scheme := "http"
	if config != nil {
		listener, scheme = tls.NewListener(listener, config), "https"
	}
	go http.Serve(listener, handler)
	return scheme + "://" + listener.Addr().String()
}

// proxy is an HTTP proxy that tunnels (CONNECT) and forwards, with the credentials proxy:pr0xy.
func proxy(t gittest.TB) string {
	return listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println("PROXY", r.Method, r.Host)
		// "proxy:pr0xy" in Base64.
		if r.Header.Get("Proxy-Authorization") != "Basic cHJveHk6cHIweHk=" {
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		if r.Method == http.MethodConnect {
			tunnel(w, r.Host)
			return
		}
		r.RequestURI = ""
		response, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer response.Body.Close()
		for name, values := range response.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(response.StatusCode)
		io.Copy(w, response.Body)
	}), nil)
}

func tunnel(w http.ResponseWriter, host string) {
	server, err := net.Dial("tcp", host)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	client, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		server.Close()
		return
	}
	io.WriteString(client, "HTTP/1.1 200 OK\r\n\r\n")
	go func() {
		io.Copy(server, client)
		server.Close()
	}()
	io.Copy(client, server)
	client.Close()
}
