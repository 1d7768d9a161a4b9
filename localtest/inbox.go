package localtest

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// Inbox is a stand-in of SES that keeps what it is given to send and shows it: in the browser at URL, as JSON at URL/store. It keeps mails in memory. It ends
// with Close, and with the process that started it.
type Inbox struct {
	URL string // also the endpoint of SES v2

	*child
}

// StartInbox starts it on a loopback port; 0 takes a free one. It installs the npm package when it is missing, and needs Node.
func StartInbox(ctx context.Context, port int, log func(format string, arguments ...any)) (*Inbox, error) {
	folder, err := npmPackage(ctx, "aws-ses-v2-local", log)
	if err != nil {
		return nil, err
	}
	if _, err := exec.LookPath("node"); err != nil {
		return nil, errors.New("the inbox needs Node 20.19 or later: no node found")
	}
	probe, err := listen(port, "the inbox")
	if err != nil {
		return nil, err
	}
	probe.Close()
	inbox := &Inbox{}
	arguments := []string{"node", filepath.Join(folder, "dist", "cli.js"), "--host", "127.0.0.1", "--port", strconv.Itoa(port)}
	inbox.child, err = startChild(ctx, "the inbox", watched(arguments), func(line string) bool {
		_, address, running := strings.Cut(line, "server running at ")
		inbox.URL = "http://127.0.0.1:" + address[strings.LastIndexByte(address, ':')+1:] // it calls itself localhost
		return running
	})
	if err != nil {
		return nil, err
	}
	return inbox, nil
}
