// Package running is how other programs of this machine find the local platform: `make run` keeps a file in its data
// folder, and holds a lock on it for as long as it runs. A file that a killed platform left is not taken for a running one.
package running

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"guichet/shared/channel"
	"guichet/shared/ddb"
)

// File is the file's name in the data folder.
const File = "platform.json"

// ErrNone is the error of Find when no platform runs with the data folder.
var ErrNone = errors.New("no local platform is running")

// Platform says where a running local platform is, and how its parts are named.
type Platform struct {
	// Portal and Channels are base URLs, without a trailing slash.
	Portal   string                     `json:"portal"`
	Channels map[channel.Channel]string `json:"channels"`
	// Region and Endpoints are for clients of AWS's services: URLs by the SDK's id of a service.
	Region    string            `json:"region"`
	Endpoints map[string]string `json:"endpoints"`
	Tables    ddb.Tables        `json:"tables"`
	// Documents is the bucket of documents.
	Documents string `json:"documents"`
	// TokenKeys and LinkKeys are names of secrets, BackendSecrets prefixes of such names, with a trailing slash.
	TokenKeys      map[channel.Channel]string `json:"tokenKeys"`
	BackendSecrets map[channel.Channel]string `json:"backendSecrets"`
	LinkKeys       string                     `json:"linkKeys"`
	// Backends are the exact host:port pairs on this machine that APIs may have as backends.
	Backends []string `json:"backends"`
}

// Mark is the file of the platform that runs in this process.
type Mark struct{ file *os.File }

// Take makes the data folder this process's, until Close. It fails when another platform runs with it.
func Take(folder string) (*Mark, error) {
	file, err := os.OpenFile(filepath.Join(folder, File), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for range 10 { // Find has the lock for a moment
		if err = lock(file, syscall.LOCK_EX); !errors.Is(err, syscall.EWOULDBLOCK) {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if err != nil {
		_ = file.Close() // nothing was written
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("another platform runs with the data in %s: stop it, or give this one a folder of its own with -data", folder)
		}
		return nil, fmt.Errorf("lock %s: %w", file.Name(), err)
	}
	return &Mark{file}, file.Truncate(0)
}

// lock takes a lock on a file, or fails with EWOULDBLOCK.
func lock(file *os.File, kind int) error {
	return syscall.Flock(int(file.Fd()), kind|syscall.LOCK_NB) //nolint:gosec // a file descriptor is an int
}

// Ready tells other programs that the platform serves.
func (m *Mark) Ready(p Platform) error {
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	_, err = m.file.WriteAt(append(text, '\n'), 0)
	return err
}

// Close ends what Take began. The file stays, without a lock: removing it could take away the lock of a platform that has
// just been started.
func (m *Mark) Close() error { return errors.Join(m.file.Truncate(0), m.file.Close()) }

// Find returns the platform that runs with a data folder. Errors: ErrNone.
func Find(folder string) (Platform, error) {
	file, err := os.Open(filepath.Join(folder, File))
	if errors.Is(err, fs.ErrNotExist) {
		return Platform{}, ErrNone
	}
	if err != nil {
		return Platform{}, err
	}
	defer file.Close() // only read; releases the lock
	if err := lock(file, syscall.LOCK_SH); err == nil {
		return Platform{}, ErrNone
	} else if !errors.Is(err, syscall.EWOULDBLOCK) {
		return Platform{}, fmt.Errorf("lock %s: %w", file.Name(), err)
	}
	text, err := io.ReadAll(file)
	if err != nil {
		return Platform{}, err
	}
	var p Platform
	if err := json.Unmarshal(text, &p); err != nil {
		return Platform{}, fmt.Errorf("the local platform with the data in %s is still starting", folder)
	}
	return p, nil
}
