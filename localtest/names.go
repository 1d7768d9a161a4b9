package localtest

import (
	"maps"

	"guichet/localtest/running"
	"guichet/shared/channel"
	"guichet/shared/topology"
)

// Deployed is what a reference of the topology stands for in this cloud: the name of a table, bucket or secret, or a URL.
func (c *Cloud) Deployed(kind topology.ReferenceKind, name string, in channel.Channel) (string, error) {
	return c.resolve(topology.Reference{Kind: kind, Name: name}, in)
}

// Running is what other programs of this machine need to work on this cloud.
func (c *Cloud) Running() (running.Platform, error) {
	p := running.Platform{
		Portal: c.Portal, Channels: maps.Clone(c.Bases), Region: Region, Endpoints: maps.Clone(c.Environment.Endpoints),
		Tables: c.Database(nil).Tables, Backends: c.options.Backends,
		TokenKeys: map[channel.Channel]string{}, BackendSecrets: map[channel.Channel]string{},
	}
	var err error
	if p.Documents, err = c.Deployed(topology.BucketName, topology.Documents, ""); err != nil {
		return p, err
	}
	if p.LinkKeys, err = c.Deployed(topology.SecretName, topology.LinkKeys, ""); err != nil {
		return p, err
	}
	for _, in := range channel.All {
		if p.TokenKeys[in], err = c.Deployed(topology.SecretName, topology.TokenKeys, in); err != nil {
			return p, err
		}
		if p.BackendSecrets[in], err = c.Deployed(topology.SecretPrefix, topology.BackendSecrets, in); err != nil {
			return p, err
		}
	}
	return p, nil
}
