package account

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/ddb"
	"guichet/shared/problem"
)

// Configuration is what is an installation's own on its pages and in its mails: name, logo, colour, links, legal facts.
type Configuration struct {
	Product struct {
		Name    string `json:"name"`
		Tagline Text   `json:"tagline"`
		// LogoURL is a path on the portal's own origin; nil means the built-in mark.
		LogoURL *string `json:"logoUrl"`
	} `json:"product"`
	// Languages offered; the first one is the default.
	Languages []Language `json:"languages"`
	// Accent is #rrggbb.
	Accent string `json:"accent"`
	// References are names of organisations that agreed to be named on the home page.
	References []string `json:"references"`
	Footer     struct {
		Follow  []NamedLink `json:"follow"`
		Related []NamedLink `json:"related"`
	} `json:"footer"`
	Legal struct {
		Publisher           LegalEntity `json:"publisher"`
		PublicationDirector string      `json:"publicationDirector"`
		Host                LegalEntity `json:"host"`
		Controller          LegalEntity `json:"controller"`
		DataProtectionEmail string      `json:"dataProtectionEmail"`
	} `json:"legal"`
	Support struct {
		Email string `json:"email"`
	} `json:"support"`
	Accessibility struct {
		// Conformance is full, partial or not_assessed; AuditedOn a date, nil for never.
		Conformance  string  `json:"conformance"`
		AuditedOn    *string `json:"auditedOn"`
		ContactEmail string  `json:"contactEmail"`
	} `json:"accessibility"`
}

// Text is a short text in both languages.
type Text struct {
	French  string `json:"fr"`
	English string `json:"en"`
}

// In returns the text in a language.
func (t Text) In(l Language) string {
	if l == English {
		return t.English
	}
	return t.French
}

// NamedLink is a link with its words.
type NamedLink struct {
	Label Text   `json:"label"`
	URL   string `json:"url"`
}

// LegalEntity is who answers for something. Address is one line.
type LegalEntity struct {
	Name    string `json:"name"`
	Address string `json:"address"`
}

//go:embed configuration.json
var defaultConfiguration []byte

// ParseConfiguration reads a configuration as JSON, strictly. Errors: validation.
func ParseConfiguration(text []byte) (Configuration, error) {
	var c Configuration
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil {
		return Configuration{}, problem.Invalid("configuration", "The configuration is not readable: %s.", err)
	}
	return c, c.validate()
}

var accentForm = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

const (
	maxProductName   = 40
	maxReferences    = 24
	maxReferenceName = 100
)

func (c Configuration) validate() error {
	refuse := func(field, why string) error {
		return problem.Invalid("configuration", "%s: %s.", field, why)
	}
	if n := utf8.RuneCountInString(c.Product.Name); n < 1 || n > maxProductName {
		return refuse("product.name", "1 to 40 characters")
	}
	if c.Product.LogoURL != nil && (!strings.HasPrefix(*c.Product.LogoURL, "/") || strings.HasPrefix(*c.Product.LogoURL, "//")) {
		return refuse("product.logoUrl", "a path on the portal's own origin")
	}
	if len(c.Languages) == 0 || len(c.Languages) > 2 {
		return refuse("languages", "fr, en, or both")
	}
	for _, l := range c.Languages {
		if l != French && l != English {
			return refuse("languages", "fr, en, or both")
		}
	}
	if !accentForm.MatchString(c.Accent) {
		return refuse("accent", "#rrggbb")
	}
	if len(c.References) > maxReferences {
		return refuse("references", "24 at most")
	}
	for _, name := range c.References {
		if n := utf8.RuneCountInString(name); n < 1 || n > maxReferenceName {
			return refuse("references", "1 to 100 characters each")
		}
	}
	for _, link := range append(append([]NamedLink{}, c.Footer.Follow...), c.Footer.Related...) {
		u, err := url.Parse(link.URL)
		if err != nil || u.Scheme != "mailto" && (u.Scheme != "https" || u.Host == "") {
			return refuse("footer", "addresses begin with https:// or mailto:")
		}
	}
	switch c.Accessibility.Conformance {
	case "full", "partial", "not_assessed":
	default:
		return refuse("accessibility.conformance", "full, partial or not_assessed")
	}
	if c.Accessibility.AuditedOn != nil {
		if _, err := time.Parse(time.DateOnly, *c.Accessibility.AuditedOn); err != nil {
			return refuse("accessibility.auditedOn", "a date, as 2026-11-23")
		}
	}
	return nil
}

const configurationAttribute = "configuration"

// SetConfiguration replaces the installation's configuration. Errors: validation.
func SetConfiguration(ctx context.Context, db ddb.Database, c Configuration) error {
	if err := c.validate(); err != nil {
		return err
	}
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	item := ddb.Key(ddb.Portal, ddb.Self)
	item[configurationAttribute] = ddb.S(string(text))
	_, err = db.Client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &db.Tables.Registry, Item: item})
	return err
}

// GetConfiguration returns the installation's configuration, or that of a demonstration where none was set (AP-69).
func GetConfiguration(ctx context.Context, db ddb.Database) (Configuration, error) {
	found, err := db.Client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &db.Tables.Registry, Key: ddb.Key(ddb.Portal, ddb.Self), ConsistentRead: aws.Bool(true),
	}, ddb.Read)
	if err != nil {
		return Configuration{}, err
	}
	text := defaultConfiguration
	if stored, ok := found.Item[configurationAttribute].(*types.AttributeValueMemberS); ok {
		text = []byte(stored.Value)
	}
	var c Configuration // what is stored was checked; a field that is newer than it stays empty
	if err := json.Unmarshal(text, &c); err != nil {
		return Configuration{}, fmt.Errorf("account: configuration: %w", err)
	}
	for _, list := range []*[]NamedLink{&c.Footer.Follow, &c.Footer.Related} {
		if *list == nil {
			*list = []NamedLink{}
		}
	}
	if c.References == nil {
		c.References = []string{}
	}
	return c, nil
}

// ConfigurationCache keeps the installation's configuration, which changes rarely and may be a minute old. The zero value is
// ready. Safe for concurrent use.
type ConfigurationCache struct {
	mu    sync.Mutex
	value Configuration
	read  time.Time
}

const configurationAge = time.Minute

// Get returns the configuration.
func (c *ConfigurationCache) Get(ctx context.Context, db ddb.Database) (Configuration, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := db.Now()
	if !c.read.IsZero() && now.Sub(c.read) < configurationAge && !now.Before(c.read) {
		return c.value, nil
	}
	value, err := GetConfiguration(ctx, db)
	if err != nil {
		return Configuration{}, err
	}
	c.value, c.read = value, now
	return value, nil
}
