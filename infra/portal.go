//go:build cdk

package main

import "guichet/shared/topology"

// newPortal makes the stack of the portal's functions and their REST API; none while the topology declares none.
func (p *platform) newPortal() {
	if len(p.functionsOf(topology.Portal)) == 0 {
		return
	}
	portal := p.newPlace(topology.Portal, "", "Guichet: the portal and its API")
	functions := portal.newFunctions(topology.Portal)
	for _, a := range p.plan.APIs {
		if a.Stage != topology.Portal {
			continue
		}
		api := portal.newAPI(a)
		addResponses(a, api, portal.problemPages())
		portal.addRoutes(a, api, functions)
		portal.apiAlarms(api, "the portal")
		if a.Name == p.plan.Site.API {
			portal.addSite(p.plan.Site, api)
		}
	}
}
