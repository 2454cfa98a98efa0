package remote

import (
	"net"
	"sync"
)

// settled is a connection whose Close waits for the reads and writes under way. In a sandbox goroutines stand still
// between two calls of an export: one that still held the connection would come back to life within the next call, and
// take the descriptor's new owner for its own.
type settled struct {
	net.Conn
	under sync.WaitGroup
}

func (s *settled) Read(p []byte) (int, error) {
	s.under.Add(1)
	defer s.under.Done()
	return s.Conn.Read(p)
}

func (s *settled) Write(p []byte) (int, error) {
	s.under.Add(1)
	defer s.under.Done()
	return s.Conn.Write(p)
}

func (s *settled) Close() error {
	err := s.Conn.Close()
	s.under.Wait()
	return err
}
