package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// describeMachine says on what the times were taken, and how busy it was, without naming it.
func describeMachine() (string, error) {
	if runtime.GOOS != "linux" {
		return "", errors.New("processor times are read from /proc: this needs Linux")
	}
	model, err := field("/proc/cpuinfo", "model name")
	if err != nil {
		return "", err
	}
	if model == "" {
		model = runtime.GOARCH // arm64 has no such line
	}
	memory, err := field("/proc/meminfo", "MemTotal")
	if err != nil {
		return "", err
	}
	kilobytes, err := strconv.ParseFloat(strings.TrimSuffix(memory, " kB"), 64)
	if err != nil {
		return "", fmt.Errorf("/proc/meminfo: %w", err)
	}
	system := "Linux"
	if name, err := field("/etc/os-release", "PRETTY_NAME"); err == nil && name != "" {
		system = strings.Trim(name, `"`)
	}
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "", err
	}
	busy, _, _ := strings.Cut(string(load), " ")
	return fmt.Sprintf("%d processors (%s), %.0f GB, %s, %s, load %s at the start", runtime.NumCPU(), model, kilobytes/(1<<20), system, runtime.Version(), busy), nil
}

// field reads the first "name: value" or "name=value" of a file; empty when there is none.
func field(file, name string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value), nil
		}
		if key, value, ok := strings.Cut(lines.Text(), "="); ok && key == name {
			return value, nil
		}
	}
	return "", lines.Err()
}

// processorTime is what all threads of a process have used, in nanoseconds exactly.
func processorTime(pid int) (time.Duration, error) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil {
		return 0, err
	}
	var total time.Duration
	for _, thread := range threads {
		text, err := os.ReadFile(thread)
		if errors.Is(err, os.ErrNotExist) {
			continue // a thread that ended
		}
		if err != nil {
			return 0, err
		}
		used, _, _ := strings.Cut(string(text), " ")
		nanoseconds, err := strconv.ParseInt(used, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", thread, err)
		}
		total += time.Duration(nanoseconds)
	}
	if total == 0 {
		return 0, fmt.Errorf("/proc says nothing of the processor time of process %d", pid)
	}
	return total, nil
}

// repository is the folder of go.mod, wherever in it the command was started.
func repository() (string, error) {
	module, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("go list: %w", err)
	}
	return strings.TrimSpace(string(module)), nil
}
