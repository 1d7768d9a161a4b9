//go:build cdk

package main

import "guichet/shared/topology"

// newJobs makes the stack of the functions that streams, schedules and events call; none while the topology declares none.
func (p *platform) newJobs() {
	if len(p.functionsOf(topology.Jobs)) == 0 {
		return
	}
	p.newPlace(topology.Jobs, "", "Guichet: jobs").newFunctions(topology.Jobs)
}
