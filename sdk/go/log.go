package plugin

import "flux-host/sdk/go/internal/abi"

// Level is how much a log line matters.
type Level uint32

// The levels of Extism's log functions.
const (
	LevelTrace Level = iota
	LevelDebug
	LevelInfo
	LevelWarn
	LevelError
)

// Log writes one line to the host's log, where it carries the plugin's name. The host bounds how much it keeps of a call.
func Log(level Level, message string) { abi.Log(uint32(level), message) }
