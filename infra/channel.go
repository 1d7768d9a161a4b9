//go:build cdk

package main

import (
	"github.com/aws/jsii-runtime-go"

	"guichet/infra/installation"
	"guichet/shared/channel"
	"guichet/shared/topology"
)

// newChannel makes the stack of one channel: its functions, its REST API with hosts and firewall. The two are the same but
// for their names, and share no function and no role.
func (p *platform) newChannel(c channel.Channel) {
	place := p.newPlace(topology.Channel, c, "Guichet: token endpoint and APIs of channel "+string(c))
	consumer, ok := p.plan.API(topology.ConsumerAPI)
	require(ok, "the plan has no API %q", topology.ConsumerAPI)
	api := place.newAPI(consumer)

	place.baseURLs = map[installation.Use]string{}
	for _, use := range []installation.Use{installation.API, installation.Token} {
		url, ok := p.installation.URL(use, c)
		if !ok {
			url = place.ownURL(api)
		}
		place.baseURLs[use] = url
	}
	addResponses(consumer, api, place.problemPages())
	place.addRoutes(consumer, api, place.newFunctions(topology.Channel))
	place.addHosts(api)
	place.addFirewall(api, consumer.BodyLimit)
	place.apiAlarms(api, "channel "+string(c))
	place.output("ConsumerURL", "Base URL of the APIs", jsii.String(place.baseURLs[installation.API]))
	place.output("TokenURL", "The token endpoint", jsii.String(place.baseURLs[installation.Token]+tokenPath))
}
