// Command hello is the least that a Lambda function in Go can do: what the others are measured against.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	lambda.Start(func(context.Context) (string, error) { return "hello world", nil })
}
