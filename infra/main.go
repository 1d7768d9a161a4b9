//go:build cdk

// Command infra turns the topology into CloudFormation: the CDK program that `make synth` and `make deploy` run.
//
// One file per stack (data.go, channel.go, jobs.go); what they are made of stands beside them (function.go, api.go,
// firewall.go, alarms.go). What the topology does not declare does not exist here either, and what is only CloudFormation's
// business (keys, roles, log groups, alarms, hosts) is decided here and nowhere else.
//
// A mistake in the topology is a panic, as everywhere in CDK: nothing is deployed. The build tag keeps the 75 seconds that
// CDK takes to compile out of daily builds.
package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"guichet/infra/installation"
	"guichet/shared/topology"
)

func main() {
	defer jsii.Close()
	if err := synth(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		jsii.Close()
		os.Exit(1)
	}
}

// binaries is where `make build` puts the functions, from the top of the repository, where cdk.json stands.
const binaries = "dist/arm64"

// newApp makes the CDK app, which writes into a folder, or where the command line says. What one stack uses of another
// cannot be taken away from under it.
func newApp(folder *string) awscdk.App {
	return awscdk.NewApp(&awscdk.AppProps{
		AnalyticsReporting: jsii.Bool(false),
		Outdir:             folder,
		Context:            &map[string]any{"@aws-cdk/core:defaultCrossStackReferences": "strong"},
	})
}

// synth writes the cloud assembly of the installation whose file GUICHET_INSTALLATION names.
func synth() error {
	file := os.Getenv("GUICHET_INSTALLATION")
	if file == "" {
		return fmt.Errorf("infra: GUICHET_INSTALLATION does not name the installation's configuration file; use make synth or make deploy")
	}
	configuration, err := installation.Read(file)
	if err != nil {
		return err
	}
	plan := topology.Platform()
	for _, f := range plan.Functions {
		if _, err := os.Stat(binaries + "/" + f.Name + "/bootstrap"); err != nil {
			return fmt.Errorf("infra: function %s is not built, run make build: %w", f.Name, err)
		}
	}
	app := newApp(nil)
	newPlatform(app, plan, configuration, binaries)
	app.Synth(nil)
	return nil
}
