package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"guichet/localtest/lambda"
	"guichet/shared/channel"
)

// console shows what happens, a line each, and keeps what functions print in a file.
type console struct {
	mu    sync.Mutex
	out   io.Writer
	log   *os.File
	lines *bufio.Writer
	now   func() time.Time
}

func newConsole(out io.Writer, log string) (*console, error) {
	file, err := os.OpenFile(log, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return &console{out: out, log: file, lines: bufio.NewWriter(file), now: time.Now}, nil
}

func (c *console) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return errors.Join(c.lines.Flush(), c.log.Close())
}

// print shows text as it is.
func (c *console) print(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	fmt.Fprintln(c.out, text)
}

func (c *console) show(text string) { c.print(c.now().Format(time.TimeOnly) + "  " + text) }

// say tells what is being done.
func (c *console) say(format string, arguments ...any) { c.show(fmt.Sprintf(format, arguments...)) }

// call shows a line of the access log, whose members the topology names; what is not JSON is shown as it is.
func (c *console) call(api string, in channel.Channel, line string) {
	var fields map[string]string
	if json.Unmarshal([]byte(line), &fields) != nil {
		c.show(line)
		return
	}
	where := strings.ToLower(string(in))
	if where == "" {
		where = api
	}
	path := fields["path"]
	if path == "" || path == "-" { // no authorizer ran
		path = fields["resource"]
	}
	text := fmt.Sprintf("%-10s  %s  %-7s %s  %s ms", where, fields["status"], fields["method"], path, fields["milliseconds"])
	for _, name := range []string{"code", "application"} {
		if value := fields[name]; value != "" && value != "-" {
			text += "  " + name + " " + value
		}
	}
	c.show(text + "  " + fields["correlationId"])
}

// failure shows why the platform answered with an error of its own.
func (c *console) failure(id string, cause error) { c.show("FAILURE  " + id + "  " + cause.Error()) }

// function keeps a line that a function printed, and shows it when it is a warning, an error, or no log line at all, as a panic is.
func (c *console) function(line lambda.Line) {
	c.mu.Lock()
	fmt.Fprintf(c.lines, "%s %s\n", line.Function, line.Text)
	err := c.lines.Flush()
	c.mu.Unlock()
	var record struct{ Level, Msg string }
	if json.Unmarshal([]byte(line.Text), &record) == nil && (record.Level == "INFO" || record.Level == "DEBUG") && err == nil {
		return
	}
	c.show(line.Function + ": " + line.Text)
}
