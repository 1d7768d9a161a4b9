// Package localtest is the local cloud: what the topology declares, running on this machine's loopback without Docker and without an AWS account.
//
// Tables gives a test its own tables on a real DynamoDB Local. Start gives it the whole platform: the real bootstrap binaries under our Lambda service
// (package lambda), behind our API Gateway (package apigateway), with stand-ins of Secrets Manager and S3, and with faults on demand (package faults).
// The command in run/ is the same assembly with fixed ports and data that last.
//
// It promises what a function and its caller can observe of AWS; it does not imitate IAM, latency, or anything that the topology cannot declare.
package localtest

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
)

// root finds the repository above the working directory, once: tests run in their package's folder, commands anywhere in it.
var root = sync.OnceValues(func() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for start := dir; ; dir = filepath.Dir(dir) {
		text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.HasPrefix(string(text), "module guichet\n") {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("localtest: %s is not inside the repository", start)
		}
	}
})

// locked runs do while no other process does so under the same name.
func locked(name string, do func() error) error {
	dir, err := root()
	if err != nil {
		return err
	}
	dir = filepath.Join(dir, ".cache", "locks")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return err
	}
	defer file.Close() // releases the lock
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("localtest: lock %s: %w", name, err)
	}
	return do()
}

// listen opens a loopback port; 0 takes a free one. A busy port is told in words that say what to do.
func listen(port int, purpose string) (net.Listener, error) {
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("port %d, wanted for %s, is busy: end the program that listens on it, or choose another port", port, purpose)
	}
	if err != nil {
		return nil, fmt.Errorf("listen for %s: %w", purpose, err)
	}
	return listener, nil
}

// logger receives one sentence about what is being done; nil is silent.
type logger func(format string, arguments ...any)

func (l logger) say(format string, arguments ...any) {
	if l != nil {
		l(format, arguments...)
	}
}
