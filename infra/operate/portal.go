package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"guichet/infra/installation"
	"guichet/shared/account"
	"guichet/shared/organisation"
	"guichet/shared/secret"
)

// configure gives the portal its name, colours, links and legal texts. Mails have them from now on, pages after `operate site`.
func configure(ctx context.Context, o *operator, files []string) error {
	if len(files) != 1 {
		return errors.New("which file? shared/account/configuration.json shows its form")
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		return err
	}
	configuration, err := account.ParseConfiguration(text)
	if err != nil {
		return err
	}
	if err := o.open(ctx); err != nil {
		return err
	}
	if err := account.SetConfiguration(ctx, o.db, configuration); err != nil {
		return err
	}
	fmt.Println("the portal has its configuration; operate site writes it into the pages")
	return nil
}

// terms publishes the terms of the portal: everybody is asked to accept them at the next sign-in.
func terms(ctx context.Context, o *operator, arguments []string) error {
	var version, french, english string
	rest, err := flags("terms", arguments, func(f *flag.FlagSet) {
		f.StringVar(&version, "version", "", "what people see the version called")
		f.StringVar(&french, "fr", "", "Markdown file with the French text")
		f.StringVar(&english, "en", "", "Markdown file with the English text")
	})
	if err != nil {
		return err
	}
	if len(rest) > 0 || french == "" || english == "" {
		return errors.New("the terms have a -version and a text in each language: -fr FILE -en FILE")
	}
	var text account.TermsText
	for file, into := range map[string]*string{french: &text.French, english: &text.English} {
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		*into = string(content)
	}
	if err := o.open(ctx); err != nil {
		return err
	}
	published, err := account.PublishTerms(ctx, o.db, o.actor, version, text)
	if err != nil {
		return err
	}
	fmt.Printf("terms %s of %s are the current ones, hash %s\n", published.Version, published.Published.Format("2006-01-02 15:04"), published.Hash)
	return nil
}

// makeOrganisation makes an organisation, or gives one that exists a new code for invitations.
func makeOrganisation(ctx context.Context, o *operator, arguments []string) error {
	var isDefault, open, code bool
	names, err := flags("organisation", arguments, func(f *flag.FlagSet) {
		f.BoolVar(&isDefault, "default", false, "the one that everybody is in; made once")
		f.BoolVar(&open, "open", false, "everybody can choose it at registration")
		f.BoolVar(&code, "code", false, "draw a new code for invitations, which replaces the old one, and show it this once")
	})
	if err != nil {
		return err
	}
	if len(names) != 1 {
		return errors.New("an organisation has one name")
	}
	if err := o.open(ctx); err != nil {
		return err
	}
	var made organisation.Organisation
	if isDefault {
		made, err = organisation.EnsureDefault(ctx, o.db, o.actor, names[0])
	} else {
		made, err = organisation.Named(ctx, o.db, o.actor, names[0], open)
	}
	if err != nil {
		return err
	}
	fmt.Printf("organisation  %s  %s\n", made.ID, made.Name)
	if !code {
		return nil
	}
	drawn, err := organisation.SetCode(ctx, o.db, o.actor, made.ID)
	if err != nil {
		return err
	}
	fmt.Printf("code          %s\n", drawn.Reveal())
	return nil
}

// administrator makes the account of the first platform administrator, and shows the link with which that person chooses a
// password. There is no default password (OP-05).
func administrator(ctx context.Context, o *operator, arguments []string) error {
	var email, name string
	language := account.Language("fr")
	rest, err := flags("administrator", arguments, func(f *flag.FlagSet) {
		f.StringVar(&email, "email", "", "address of the person")
		f.StringVar(&name, "name", "", "name of the person")
		f.Func("language", "fr (the default) or en", func(text string) error {
			if text != "fr" && text != "en" {
				return errors.New("fr or en")
			}
			language = account.Language(text)
			return nil
		})
	})
	if err != nil {
		return err
	}
	if len(rest) > 0 || email == "" || name == "" {
		return errors.New("the administrator has an -email and a -name")
	}
	if err := o.open(ctx); err != nil {
		return err
	}
	portal, known := o.url(installation.Portal, "")
	if !known {
		return errors.New("the configuration has no access point for the portal, which the link leads to")
	}
	text, err := secret.NewManager(o.env).Get(ctx, o.parts.linkKeys)
	if err != nil {
		return err
	}
	keys, err := account.ParseLinkKeys(text)
	if err != nil {
		return err
	}
	invitation, err := account.Bootstrap(ctx, o.db, keys, email, name, language)
	if err != nil {
		return err
	}
	fmt.Printf("%s%s\nThis link is for %s alone, works once, and until %s. It was mailed too.\n", portal, invitation.Path.Reveal(), email, invitation.Expires.Format("2006-01-02 15:04 MST"))
	return nil
}
