package publication

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"guichet/shared/catalogue"
	"guichet/shared/channel"
	"guichet/shared/problem"
	"guichet/shared/quota"
	"guichet/shared/route"
	"guichet/shared/secret"
)

// declaration is the form of a declarative file; ReadDeclaration shows one.
type declaration struct {
	Name           string              `yaml:"name"`
	BasePath       string              `yaml:"basePath"`
	Organisation   string              `yaml:"organisation"`
	Visibility     visibleTo           `yaml:"visibility"`
	DocumentedOnly bool                `yaml:"documentedOnly"`
	Accepts        string              `yaml:"accepts"`
	Scopes         map[string]string   `yaml:"scopes"`
	Sandbox        *channelDeclaration `yaml:"sandbox"`
	Production     *channelDeclaration `yaml:"production"`
}

type channelDeclaration struct {
	Version        string                     `yaml:"version"`
	Document       string                     `yaml:"document"`
	Backend        string                     `yaml:"backend"`
	Authentication *authenticationDeclaration `yaml:"authentication"`
	HealthPath     string                     `yaml:"healthPath"`
	CORS           bool                       `yaml:"cors"`
	Quotas         *quota.Limits              `yaml:"quotas"`
	ApprovalNeeded bool                       `yaml:"approvalNeeded"`
	Terms          string                     `yaml:"terms"`
}

type authenticationDeclaration struct {
	Header      string       `yaml:"header"`
	Basic       bool         `yaml:"basic"`
	Value       secret.Value `yaml:"value"`
	Environment string       `yaml:"environment"`
}

// visibleTo is "public" or a list of names.
type visibleTo struct {
	public        bool
	organisations []string
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (v *visibleTo) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.SequenceNode {
		return n.Decode(&v.organisations)
	}
	if n.Value != "public" {
		return fmt.Errorf("line %d: visibility is public, or a list of organisations", n.Line)
	}
	v.public = true
	return nil
}

// maxDeclarationBytes bounds a declarative file.
const maxDeclarationBytes = 256 << 10

// Sources is what a declarative file refers to.
type Sources struct {
	// Files holds the file and, at or below its folder, its documents.
	Files fs.FS
	// Organisation returns the id of an organisation by its name. Errors: not_found.
	Organisation func(ctx context.Context, name string) (string, error)
	// Environment looks up the variables that hold secrets; nil where none may be used.
	Environment func(name string) (string, bool)
}

// ReadDeclaration reads a declarative file with all that it refers to. It says the same as a Publication, in the words of
// people: organisations by name, documents by their place beside the file. A field that it does not know is an error with
// its line. Errors: validation, on the field "file" or on the one at fault.
//
//	name: Registre des jardins
//	basePath: /demo/registre/v1
//	organisation: Ministère des jardins
//	visibility: public                  # or a list of organisations
//	documentedOnly: false
//	accepts: both                       # token, key, or both; both when left out
//	scopes:
//	  jardins.lire: Lire les jardins
//	sandbox:                            # and production
//	  version: "1.4"                    # the document's when left out
//	  document: registre.openapi.json
//	  backend: https://registre.example.org/api
//	  authentication:
//	    header: X-Gateway-Secret        # or basic: true
//	    environment: REGISTRE_SECRET    # or value; neither keeps what is stored
//	  healthPath: /health
//	  cors: true
//	  quotas: {perSecond: 50, perDay: 100000}
//	  approvalNeeded: true
//	  terms: terms.pdf
func ReadDeclaration(ctx context.Context, from Sources, name string) (Publication, error) {
	raw, err := readFile(from.Files, name, maxDeclarationBytes)
	if err != nil {
		return Publication{}, problem.Invalid("file", "%s", err.Error())
	}
	var d declaration
	decoder := yaml.NewDecoder(bytes.NewReader(version11(raw)))
	decoder.KnownFields(true)
	if err := decoder.Decode(&d); err != nil {
		return Publication{}, problem.Invalid("file", "%s: %s", name, sayYAML(err))
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return Publication{}, problem.Invalid("file", "%s holds more than one YAML document.", name)
	}
	p := Publication{
		Name: d.Name, BasePath: d.BasePath, DocumentedOnly: d.DocumentedOnly, Channels: map[channel.Channel]ChannelPublication{},
		Visibility: catalogue.Visibility{Public: d.Visibility.public},
	}
	if p.Organisation, err = from.organisation(ctx, "organisation", d.Organisation); err != nil {
		return Publication{}, err
	}
	for _, organisation := range d.Visibility.organisations {
		id, err := from.organisation(ctx, "visibility", organisation)
		if err != nil {
			return Publication{}, err
		}
		p.Visibility.Organisations = append(p.Visibility.Organisations, id)
	}
	if p.Accepts, err = accepts(d.Accepts); err != nil {
		return Publication{}, err
	}
	for scope, description := range d.Scopes {
		p.Scopes = append(p.Scopes, Scope{scope, description})
	}
	for c, settings := range map[channel.Channel]*channelDeclaration{channel.Sandbox: d.Sandbox, channel.Production: d.Production} {
		if settings == nil {
			continue
		}
		if p.Channels[c], err = settings.read(from, path.Dir(name)); err != nil {
			return Publication{}, within(c, err)
		}
	}
	return p, nil
}

// sayYAML is what the YAML library says, on one line and without its own name.
func sayYAML(err error) string {
	text := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "yaml: "), "unmarshal errors:")
	text = strings.Join(strings.Fields(text), " ")
	return strings.ReplaceAll(strings.ReplaceAll(text, " in type publication.declaration", ""), " in type publication.", " in ")
}

func (from Sources) organisation(ctx context.Context, field, name string) (string, error) {
	if strings.TrimSpace(name) == "" {
		return "", problem.Invalid(field, "The name of an organisation is missing.")
	}
	id, err := from.Organisation(ctx, name)
	if problem.Is(err, problem.NotFound) {
		return "", problem.Invalid(field, "There is no organisation %q.", shorten(name, maxFindingTextInRunes))
	}
	return id, err
}

// accepts reads which kinds of credential an API accepts.
func accepts(kinds string) (catalogue.Credentials, error) {
	switch kinds {
	case "", "both":
		return catalogue.Credentials{Bearer: true, APIKey: true}, nil
	case "token":
		return catalogue.Credentials{Bearer: true}, nil
	case "key":
		return catalogue.Credentials{APIKey: true}, nil
	}
	return catalogue.Credentials{}, problem.Invalid("accepts", "An API accepts token, key, or both, not %q.", shorten(kinds, maxFindingTextInRunes))
}

func (d channelDeclaration) read(from Sources, folder string) (ChannelPublication, error) {
	p := ChannelPublication{
		Version: d.Version, Backend: BackendPublication{URL: d.Backend}, HealthPath: d.HealthPath, CORS: d.CORS, Quotas: d.Quotas,
		ApprovalNeeded: d.ApprovalNeeded,
	}
	var err error
	if p.Document, err = readFile(from.Files, path.Join(folder, d.Document), MaxDocumentBytes); err != nil {
		return p, problem.Invalid("document", "%s", err.Error())
	}
	if d.Terms != "" {
		if p.Terms, err = readFile(from.Files, path.Join(folder, d.Terms), MaxTermsBytes); err != nil {
			return p, problem.Invalid("terms", "%s", err.Error())
		}
	}
	if d.Authentication != nil {
		if err := d.Authentication.read(from, &p.Backend); err != nil {
			return p, err
		}
	}
	return p, nil
}

func (d authenticationDeclaration) read(from Sources, b *BackendPublication) error {
	switch {
	case d.Basic && d.Header != "" || !d.Basic && d.Header == "":
		return problem.Invalid("authentication", "The authentication names a header, or is basic.")
	case d.Basic:
		b.Kind = route.Basic
	default:
		b.Kind, b.Header = route.SecretHeader, d.Header
	}
	b.Value = d.Value
	if d.Environment == "" {
		return nil
	}
	if d.Value != "" {
		return problem.Invalid("authentication", "The value stands in the file or in the environment, not in both.")
	}
	if from.Environment != nil {
		if value, ok := from.Environment(d.Environment); ok && value != "" {
			b.Value = secret.Value(value)
			return nil
		}
	}
	return problem.Invalid("authentication", "The environment variable %s is not set.", shorten(d.Environment, maxFindingTextInRunes))
}

// readFile reads a file of at most so many bytes.
func readFile(files fs.FS, name string, most int) ([]byte, error) {
	if !fs.ValidPath(name) || name == "." {
		return nil, fmt.Errorf("the file %q does not lie at or below the folder of the declarative file", shorten(name, maxFindingTextInRunes))
	}
	f, err := files.Open(name)
	if err != nil {
		return nil, fmt.Errorf("the file %s cannot be opened", name)
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, int64(most)+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the file %s cannot be read", name)
	case len(raw) > most:
		return nil, fmt.Errorf("the file %s is larger than %d bytes", name, most)
	}
	return raw, nil
}
