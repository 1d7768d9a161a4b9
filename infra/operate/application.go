package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"

	"guichet/shared/application"
	"guichet/shared/catalogue"
	"guichet/shared/channel"
	"guichet/shared/organisation"
)

// makeApplication makes an application with live credentials and links it to APIs: the first consumer of an installation,
// before anybody has an account.
func makeApplication(ctx context.Context, o *operator, arguments []string) error {
	var owner string
	in := channel.Sandbox
	var links []string
	names, err := flags("application", arguments, func(f *flag.FlagSet) {
		f.StringVar(&owner, "organisation", "", "name of the organisation, which is made when there is none")
		channelFlag(f, &in)
		f.Func("link", "base path of an API, with =scope,scope for a part of its scopes; may be repeated", func(text string) error {
			links = append(links, text)
			return nil
		})
	})
	if err != nil {
		return err
	}
	if len(names) != 1 || owner == "" {
		return errors.New("an application has one name and an organisation")
	}
	if err := o.open(ctx); err != nil {
		return err
	}
	rights := make([]application.Right, len(links))
	for i, link := range links { // before anything is made
		if rights[i], err = o.right(ctx, link); err != nil {
			return err
		}
	}
	of, err := organisation.Named(ctx, o.db, o.actor, owner, false)
	if err != nil {
		return err
	}
	keys, err := o.keys(ctx, in)
	if err != nil {
		return err
	}
	made, err := application.Create(ctx, o.db, o.actor, application.New{Name: names[0], Channel: in, Organisation: of.ID})
	if err != nil {
		return err
	}
	for _, right := range rights {
		if err := application.Link(ctx, o.db, o.actor, made.ID, right); err != nil {
			return err
		}
	}
	fmt.Printf("application    %s\n", made.ID)
	for _, c := range made.Credentials {
		shown, err := application.Issuer{Keys: keys}.ShowSecret(ctx, o.db, o.actor, made.ID, c.ID)
		if err != nil {
			return err
		}
		if c.Kind == application.APIKey {
			fmt.Printf("API key        %s\n", shown.Reveal())
		} else {
			fmt.Printf("client id      %s\nclient secret  %s\n", c.ID, shown.Reveal())
		}
	}
	fmt.Println("The key and the secret are shown this once; only their hashes are kept.")
	return nil
}

// right reads "/base/path" or "/base/path=scope,scope".
func (o *operator) right(ctx context.Context, link string) (application.Right, error) {
	path, scopes, partial := strings.Cut(link, "=")
	api, err := catalogue.ByPath(ctx, o.db, path)
	if err != nil {
		return application.Right{}, fmt.Errorf("API %s: %w", path, err)
	}
	right := application.Right{API: api.ID, ShortID: api.ShortID}
	if !partial {
		return right, nil
	}
	right.Scopes = map[string]string{}
	for name := range strings.SplitSeq(scopes, ",") {
		scope, ok := api.Scopes[name]
		if !ok {
			return application.Right{}, fmt.Errorf("API %s has no scope %q", path, name)
		}
		right.Scopes[name] = scope.ShortID
	}
	return right, nil
}
