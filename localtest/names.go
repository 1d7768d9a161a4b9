package localtest

import (
	"guichet/shared/channel"
	"guichet/shared/topology"
)

// Deployed is what a reference of the topology stands for in this cloud: the name of a table, bucket or secret, or a URL.
func (c *Cloud) Deployed(kind topology.ReferenceKind, name string, in channel.Channel) (string, error) {
	return c.resolve(topology.Reference{Kind: kind, Name: name}, in)
}
