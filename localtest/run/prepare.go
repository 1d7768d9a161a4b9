package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// kept are what a start leaves in the data folder, and all that --fresh removes. demo.json holds the only copy of the demo's secrets, so it and the data live and
// die together.
var kept = []string{"demo.json", "dynamodb", "s3", "secrets.json", "streams.json", "dead-letters", "functions.log", "pages"}

// prepare empties the data folder when the last start is to be forgotten or was cut short.
func prepare(o options) error {
	demo, err := exists(filepath.Join(o.data, "demo.json"))
	if err != nil {
		return err
	}
	data, err := exists(filepath.Join(o.data, "dynamodb"))
	if err != nil {
		return err
	}
	if data && !demo && !o.fresh {
		fmt.Printf("%s has data but no demo.json, which holds the only copy of its secrets: starting afresh\n", o.data)
	}
	if !o.fresh && demo == data {
		return nil
	}
	for _, name := range kept {
		if err := os.RemoveAll(filepath.Join(o.data, name)); err != nil {
			return fmt.Errorf("forget the last start: %w", err)
		}
	}
	return nil
}

func exists(file string) (bool, error) {
	_, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
