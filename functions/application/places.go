package main

import (
	"encoding/json"
	"fmt"

	"guichet/shared/channel"
)

// places are the base URLs under which the channels are reached on the Internet (features Z6), without a trailing slash.
type places struct {
	byUse map[string]map[channel.Channel]string
}

// UnmarshalText reads the installation's access points: a JSON list of network, channel, use and URL, of which the first
// of each counts. Without the APIs and the token endpoint of SANDBOX there would be nothing to show.
func (p *places) UnmarshalText(text []byte) error {
	var points []struct {
		Network, Use, URL, Channel string
	}
	if err := json.Unmarshal(text, &points); err != nil {
		return fmt.Errorf("access points: %w", err)
	}
	p.byUse = map[string]map[channel.Channel]string{}
	for _, point := range points {
		if point.Network != "INTERNET" || point.Channel == "" {
			continue
		}
		in, err := channel.Parse(point.Channel)
		if err != nil {
			return fmt.Errorf("access points: %w", err)
		}
		if p.byUse[point.Use] == nil {
			p.byUse[point.Use] = map[channel.Channel]string{}
		}
		if p.byUse[point.Use][in] == "" {
			p.byUse[point.Use][in] = point.URL
		}
	}
	for _, use := range [...]string{"API", "TOKEN"} {
		if p.url(use, channel.Sandbox) == "" {
			return fmt.Errorf("access points: none for %s of SANDBOX on the Internet", use)
		}
	}
	return nil
}

// url of a use in a channel.
func (p *places) url(use string, in channel.Channel) string { return p.byUse[use][in] }
