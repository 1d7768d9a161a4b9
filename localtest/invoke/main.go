// Command invoke calls one function with one event, in a platform of its own that is empty and in memory, and prints the answer:
//
//	go run ./localtest/invoke -function authorizer -event events/samples/authorizer-bearer.json
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"guichet/localtest"
	"guichet/localtest/lambda"
	"guichet/shared/channel"
)

func main() {
	function := flag.String("function", "", "name of the function, as in functions/")
	event := flag.String("event", "", "file with the event")
	in := flag.String("channel", string(channel.Sandbox), "SANDBOX or PRODUCTION, for a function that exists in both")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *function, *event, *in); err != nil {
		fmt.Fprintln(os.Stderr, "invoke:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, function, file, in string) (err error) {
	if function == "" || file == "" {
		return errors.New("name a -function and an -event")
	}
	event, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	c, err := channel.Parse(in)
	if err != nil {
		return err
	}
	say := func(format string, arguments ...any) { fmt.Fprintf(os.Stderr, format+"\n", arguments...) }
	cloud, err := localtest.Run(ctx, localtest.Options{Log: say, Functions: []string{function}, Output: func(line lambda.Line) { say("%s: %s", line.Function, line.Text) }})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cloud.Close()) }()
	result, err := cloud.Lambda.Invoke(ctx, lambda.Invocation{Function: cloud.Function(function, c), Payload: event})
	if err != nil {
		return err
	}
	var pretty bytes.Buffer
	if json.Indent(&pretty, result.Payload, "", "  ") != nil {
		pretty.Write(result.Payload)
	}
	fmt.Println(pretty.String())
	if result.FunctionError != "" {
		return errors.New("the function failed: " + result.FunctionError)
	}
	return nil
}
