package gittest

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"testing"

	"golang.org/x/crypto/ssh"
)

// SSHServer runs `git-upload-pack` for the clients whose key it knows.
type SSHServer struct {
	Address string
	HostKey ssh.PublicKey
	// Version0 ignores the environment variable with which a client asks for version 2 of the protocol.
	Version0 bool
	// Users are the names that clients signed in with.
	Users []string
}

// NewKey makes a key pair; the private half is in OpenSSH's format, encrypted if there is a passphrase.
func NewKey(t testing.TB, passphrase string) ([]byte, ssh.Signer) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return Marshal(t, private, passphrase)
}

// Marshal writes a private key in OpenSSH's format.
func Marshal(t testing.TB, private any, passphrase string) ([]byte, ssh.Signer) {
	t.Helper()
	block, err := ssh.MarshalPrivateKey(private, "")
	if passphrase != "" {
		block, err = ssh.MarshalPrivateKeyWithPassphrase(private, "", []byte(passphrase))
	}
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(block), signer
}

// ServeSSH starts a server that lets in the owners of some keys.
func ServeSSH(t testing.TB, root string, clients ...ssh.PublicKey) *SSHServer {
	t.Helper()
	_, hostKey := NewKey(t, "")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	s := &SSHServer{Address: listener.Addr().String(), HostKey: hostKey.PublicKey()}
	config := &ssh.ServerConfig{PublicKeyCallback: func(c ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		if !slices.ContainsFunc(clients, func(client ssh.PublicKey) bool { return bytes.Equal(client.Marshal(), key.Marshal()) }) {
			return nil, errors.New("unknown key")
		}
		s.Users = append(s.Users, c.User())
		return nil, nil
	}}
	config.AddHostKey(hostKey)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go s.serve(conn, config, root)
		}
	}()
	return s
}

func (s *SSHServer) serve(conn net.Conn, config *ssh.ServerConfig, root string) {
	_, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for offered := range channels {
		channel, requests, err := offered.Accept()
		if err != nil {
			return
		}
		go s.session(channel, requests, root)
	}
}

func (s *SSHServer) session(channel ssh.Channel, requests <-chan *ssh.Request, root string) {
	env := append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
	for request := range requests {
		switch request.Type {
		case "env":
			var variable struct{ Name, Value string }
			if ssh.Unmarshal(request.Payload, &variable) == nil && !s.Version0 {
				env = append(env, variable.Name+"="+variable.Value)
			}
			request.Reply(!s.Version0, nil)
		case "exec":
			var line struct{ Command string }
			ssh.Unmarshal(request.Payload, &line)
			request.Reply(true, nil)
			// As on a real server the path is absolute; root stands for its file system.
			command := exec.Command("sh", "-c", `cd "$0" && path=$(eval "set -- $1; echo \$2") && exec git-upload-pack ".$path"`, root, line.Command)
			command.Env, command.Stdout, command.Stderr = env, channel, channel.Stderr()
			status := struct{ Code uint32 }{}
			if run(command, channel) != nil {
				status.Code = 128
			}
			channel.SendRequest("exit-status", false, ssh.Marshal(status))
			channel.Close()
		}
	}
}

// run does not wait for the end of the input: the client may leave it open until it sees the end of the output.
func run(command *exec.Cmd, input io.Reader) error {
	stdin, err := command.StdinPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	go func() {
		io.Copy(stdin, input)
		stdin.Close()
	}()
	return command.Wait()
}
