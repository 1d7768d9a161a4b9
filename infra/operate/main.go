// Command operate works on an installation: a deployed one, with the AWS credentials of whoever runs it, or the local
// platform that `make run` runs:
//
//	operate publish FILE...             publish APIs from declarative files
//	operate application … NAME          make an application, and show its credentials this once
//	operate site                        upload the portal, with the configuration in its pages
//	operate starters BASE-PATH...       the APIs that everybody's sandbox application has from the start
//	operate configure FILE.json         the portal's name, colours, links, legal texts; then operate site
//	operate terms …                     publish terms of the portal: everybody is asked again
//	operate organisation … NAME         make an organisation, draw its code
//	operate administrator …             the first platform administrator's link
//	operate smoke …                     take a token and make a call, as a consumer
//
// A configuration file means a deployed installation (-config, or a guichet.yaml that lies here); without one the local
// platform that runs is meant (-local, the folder of its data, .local). What it does is written into the audit trail, under
// the caller's name in AWS.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"guichet/shared/channel"
	"guichet/shared/publication"
)

// command is one thing to do: its name, what follows it, and the function that parses the rest.
type command struct {
	name, usage string
	run         func(ctx context.Context, o *operator, arguments []string) error
}

var commands = []command{
	{"publish", "FILE...", publish},
	{"application", "-organisation NAME -channel CHANNEL [-link /base/path[=scope,scope]]... NAME", makeApplication},
	{"site", "", site},
	{"starters", "BASE-PATH...", starters},
	{"configure", "FILE.json", configure},
	{"terms", "-version V -fr FILE.md -en FILE.md", terms},
	{"organisation", "[-default] [-open] [-code] NAME", makeOrganisation},
	{"administrator", "-email ADDRESS -name NAME [-language fr|en]", administrator},
	{"smoke", "-client-id ID [-channel CHANNEL] [-base URL] [-path PATH]", smoke},
}

func main() {
	config := flag.String("config", "", "configuration file of a deployed installation; "+defaultConfig+" when there is one")
	local := flag.String("local", "", "data folder of the local platform that runs; "+defaultLocal+" when there is no configuration file")
	flag.Usage = usage
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	for _, c := range commands {
		if c.name == flag.Arg(0) {
			if err := c.run(ctx, &operator{config: *config, folder: *local}, flag.Args()[1:]); err != nil {
				fmt.Fprintln(os.Stderr, "operate "+c.name+":", shown(err))
				os.Exit(1)
			}
			return
		}
	}
	usage()
	os.Exit(2)
}

// shown is an error as a terminal may have it: texts of documents and files are part of errors (M25).
func shown(err error) string {
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		lines[i] = publication.Printable(line)
	}
	return strings.Join(lines, "\n")
}

func usage() {
	fmt.Fprintln(os.Stderr, "operate [-config FILE | -local FOLDER] COMMAND")
	for _, c := range commands {
		fmt.Fprintln(os.Stderr, "  "+c.name, c.usage)
	}
}

// flags parses a command's own arguments.
func flags(name string, arguments []string, define func(*flag.FlagSet)) ([]string, error) {
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	define(set)
	if err := set.Parse(arguments); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			os.Exit(0)
		}
		return nil, err
	}
	return set.Args(), nil
}

// channelFlag reads -channel.
func channelFlag(f *flag.FlagSet, c *channel.Channel) {
	f.Func("channel", "SANDBOX (the default) or PRODUCTION", func(text string) error { return c.UnmarshalText([]byte(text)) })
}
