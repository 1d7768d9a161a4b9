package localtest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// child is a program that ends when its standard input closes, so that it never outlives us.
type child struct {
	name    string
	stdin   io.Closer
	command *exec.Cmd
	output  *tail
	ended   chan struct{}
}

// startTimeout is generous: the first start on a loaded machine compiles the launcher.
const startTimeout = time.Minute

// startChild starts a program and waits until ready recognises one of the lines that it prints.
func startChild(ctx context.Context, name string, arguments []string, ready func(line string) bool) (*child, error) {
	c := &child{name: name, command: exec.Command(arguments[0], arguments[1:]...), output: &tail{}, ended: make(chan struct{})}
	c.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C reaches us alone: we stop it in order
	c.command.Stderr = c.output
	stdout, err := c.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if c.stdin, err = c.command.StdinPipe(); err != nil {
		return nil, err
	}
	if err := c.command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	answers := make(chan struct{})
	go func() {
		lines, waiting := bufio.NewScanner(stdout), true
		for lines.Scan() {
			fmt.Fprintln(c.output, lines.Text())
			if waiting && ready(lines.Text()) {
				waiting = false
				close(answers)
			}
		}
		_ = c.command.Wait() // how it ended is told by output
		close(c.ended)
	}()
	timer := time.NewTimer(startTimeout)
	defer timer.Stop()
	select {
	case <-answers:
		return c, nil
	case <-c.ended:
		err = errors.New("it ended")
	case <-ctx.Done():
		err = ctx.Err()
	case <-timer.C:
		err = fmt.Errorf("not ready within %s", startTimeout)
	}
	return nil, errors.Join(fmt.Errorf("start %s: %w\n%s", name, err, c.output), c.Close())
}

// watched runs a program that does not watch its standard input under a shell that does.
func watched(arguments []string) []string {
	return append([]string{"sh", "-c", `"$@" & cat >/dev/null; kill $!; wait`, "sh"}, arguments...)
}

// Close stops the program and waits until it is gone.
func (c *child) Close() error {
	c.stdin.Close() // it ends by itself
	select {
	case <-c.ended:
	case <-time.After(5 * time.Second):
		if err := syscall.Kill(-c.command.Process.Pid, syscall.SIGKILL); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("stop %s: %w", c.name, err)
		}
		<-c.ended
	}
	return nil
}

// tail keeps the end of what a process says, for the error of its failure.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const tailBytes = 8 << 10

func (b *tail) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text = append(b.text, p...)
	if extra := len(b.text) - tailBytes; extra > 0 {
		b.text = b.text[extra:]
	}
	return len(p), nil
}

func (b *tail) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return string(b.text)
}
