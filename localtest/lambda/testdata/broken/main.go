// Command broken never asks for its first event.
package main

import "os"

func main() { os.Exit(3) }
