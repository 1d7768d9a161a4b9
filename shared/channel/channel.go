// Package channel names the two worlds of the platform. They live in one account and share the registry and nothing
// else: hosts, tokens, keys, hot-path tables, quotas and backends differ.
package channel

import "fmt"

// Channel is SANDBOX or PRODUCTION. The zero value is no channel.
type Channel string

// The two channels, spelled as in the portal, in events and in declarative files.
const (
	Sandbox    Channel = "SANDBOX"
	Production Channel = "PRODUCTION"
)

// All lists the channels in the order in which people meet them.
var All = [...]Channel{Sandbox, Production}

// Parse reads a channel as it is spelled in configuration and files.
func Parse(text string) (Channel, error) {
	switch c := Channel(text); c {
	case Sandbox, Production:
		return c, nil
	}
	return "", fmt.Errorf("channel: %q is neither SANDBOX nor PRODUCTION", text)
}

// UnmarshalText lets configuration refuse anything but the two channels.
func (c *Channel) UnmarshalText(text []byte) error {
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*c = parsed
	return nil
}

// Other returns the other world, which is where a credential that is refused here may belong.
func (c Channel) Other() Channel {
	if c == Sandbox {
		return Production
	}
	return Sandbox
}

// Lower returns the spelling used in names of resources: "sandbox" or "production".
func (c Channel) Lower() string {
	if c == Sandbox {
		return "sandbox"
	}
	return "production"
}
