package publication

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	secrets "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"guichet/events"
	"guichet/shared/catalogue"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/guard"
	"guichet/shared/problem"
	"guichet/shared/route"
	"guichet/shared/secret"
)

// Publisher writes APIs: what portal, `make publish` and the local cloud publish with. Safe for concurrent use.
type Publisher struct {
	DB ddb.Database
	// Files keeps documents and terms, in Bucket.
	Files  *s3.Client
	Bucket string
	// Secrets keeps the values by which backends know the gateway, below the prefix of each channel, which ends in a slash.
	Secrets        *secretsmanager.Client
	SecretPrefixes map[channel.Channel]string
	// SecretsKey is the KMS key under which new secrets are kept: the one that the gateway may decrypt with. Empty for the
	// account's own.
	SecretsKey string
	// Guard decides which backends are possible; only the local cloud's has exceptions.
	Guard *guard.Guard
}

// Outcome says what a publication did.
type Outcome string

// Outcomes of Publish.
const (
	Created   Outcome = "created"
	Changed   Outcome = "changed"
	Unchanged Outcome = "unchanged"
)

// Result of a publication.
type Result struct {
	API     catalogue.API
	Outcome Outcome
	// Channels are those in which something changed.
	Channels []channel.Channel
	// Findings on the document of each channel that was published.
	Findings map[channel.Channel][]Finding
}

// maxRevisions bounds how often a publication is decided again because another one came first.
const maxRevisions = 5

// Publish makes an API what the publication says: a new one under a new base path, else a change of the one that has it.
// Publishing the same thing twice changes nothing and says so; a document that differs in its bytes only counts as the
// same. One transaction makes the change, with its event. What it refers to is stored before it: documents, secrets, the
// short ids of scopes, operations. The channels' routes follow within 10 seconds (features Z32). Whether the actor may
// publish is asked before.
//
// Errors: validation with the field at fault ("production.document"), conflict when the base path or a retired version
// stands in the way.
func (p *Publisher) Publish(ctx context.Context, actor string, publication Publication) (Result, error) {
	publication, err := publication.validate(p.Guard)
	if err != nil {
		return Result{}, err
	}
	e, err := publication.read()
	if err != nil {
		return Result{}, err
	}
	u := &uploads{publisher: p, byHash: map[string]*upload{}}
	ids := &scopeIDs{db: p.DB, taken: map[string]string{}}
	for range maxRevisions {
		result, err := p.publish(ctx, actor, e, u, ids)
		if errors.Is(err, errStale) {
			continue
		}
		u.clean(ctx, err, result)
		return result, err
	}
	err = problem.New(problem.Conflict)
	u.clean(ctx, err, Result{})
	return Result{}, err
}

func (p *Publisher) publish(ctx context.Context, actor string, e edition, u *uploads, ids *scopeIDs) (Result, error) {
	before, err := catalogue.ByPath(ctx, p.DB, e.BasePath)
	if err != nil && !problem.Is(err, problem.NotFound) {
		return Result{}, err
	}
	same, err := p.sameSecrets(ctx, before, e)
	if err != nil {
		return Result{}, err
	}
	now := p.DB.Now().UTC()
	after, err := decide(before, e, same, mint{id: p.DB.NewID, shortID: newShortID, store: u.add}, now)
	if err != nil {
		return Result{}, err
	}
	result := Result{API: after.API, Outcome: Unchanged, Findings: map[channel.Channel][]Finding{}}
	for c, d := range e.documents {
		result.Findings[c] = slices.Concat(d.Findings, misplaced(after.BasePath, after.Channels[c].Settings.Backend.URL, d))
	}
	if before.ID != "" && equal(before, after) {
		result.API = before.API
		return result, nil
	}
	if err := ids.take(ctx, after); err != nil {
		return Result{}, err
	}
	after.Revision, after.Changed = before.Revision+1, now
	result.API, result.Outcome, result.Channels = after.API, Changed, changedChannels(before, after)
	if before.ID == "" {
		result.Outcome = Created
	}
	if err := u.store(ctx); err != nil {
		return Result{}, err
	}
	if err := p.storeSecrets(ctx, after, e, same); err != nil {
		return Result{}, err
	}
	act := events.APIPublished{API: after.ID, Version: latest(after, result.Channels), Channels: result.Channels, New: before.ID == ""}
	if err := p.commit(ctx, actor, before, after, result.Channels, e.documents, act); err != nil {
		return Result{}, err
	}
	u.replaced = replaced(before, after)
	return result, nil
}

// latest is the version that an event names: that of the last channel that changed.
func latest(a catalogue.Aggregate, changed []channel.Channel) string {
	version := ""
	for _, c := range changed {
		version = a.Channels[c].Settings.Version
	}
	return version
}

// commit writes one change of an API. Documents that are not given are read from where they are kept.
func (p *Publisher) commit(ctx context.Context, actor string, before, after catalogue.Aggregate, changed []channel.Channel, documents map[channel.Channel]*Document, act events.Act) error {
	routes := map[channel.Channel]route.Route{}
	for _, c := range changed {
		d := documents[c]
		if d == nil {
			var err error
			if d, err = p.Document(ctx, after.Versions[after.Channels[c].Settings.Version]); err != nil {
				return err
			}
		}
		r, rows, err := route.Prepare(project(after, c, d))
		if errors.Is(err, route.ErrTooLarge) {
			return within(c, problem.Invalid("document", "The document's operations with their security take more than %d bytes.", route.MaxDefinitionBytes))
		}
		if err != nil {
			return err
		}
		// Rows that nothing comes to name are removed by the function sweep.
		if err := rows.Store(ctx, p.DB.Client, p.DB.Tables.Routes[c]); err != nil {
			return err
		}
		routes[c] = r
	}
	t, err := write(p.DB, before, after, routes, events.Event{
		ID: p.DB.NewID(), At: after.Changed, Actor: actor, Subject: ddb.API(after.ID), Provider: after.Organisation, Act: act,
	})
	if err != nil {
		return err
	}
	return t.failure(p.DB.Transact(ctx, t.items))
}

// newShortID makes 3 random bytes, 4 characters.
func newShortID() string {
	var b [3]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// scopeIDs takes short ids for the new scopes of one publication, however often it is decided. They are taken before the
// transaction, which would not hold 200 of them; an id that no scope comes to have is harmless.
type scopeIDs struct {
	db    ddb.Database
	taken map[string]string // by the scope's name
}

// maxShortIDs bounds the attempts to find a short id that is free: of 16 million, a platform takes some 100,000.
const maxShortIDs = 20

// take gives every scope without a short id one that nothing else has (AP-04).
func (s *scopeIDs) take(ctx context.Context, a catalogue.Aggregate) error {
	for name, scope := range a.Scopes {
		if scope.ShortID != "" {
			continue
		}
		var err error
		if scope.ShortID, err = s.id(ctx, name, a.ID); err != nil {
			return err
		}
		a.Scopes[name] = scope
	}
	return nil
}

func (s *scopeIDs) id(ctx context.Context, name, api string) (string, error) {
	if id, ok := s.taken[name]; ok {
		return id, nil
	}
	for range maxShortIDs {
		id := newShortID()
		row := ddb.Key(ddb.ShortID(id), ddb.Self)
		row[catalogue.APIAttribute] = ddb.S(api)
		// A second attempt after a lost answer finds the id taken, and another one is tried.
		_, err := s.db.Client.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: &s.db.Tables.Registry, Item: row, ConditionExpression: aws.String(absent),
		}, ddb.Read)
		if _, isTaken := ddb.OldItem(err); isTaken {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("publication: short id: %w", err)
		}
		s.taken[name] = id
		return id, nil
	}
	return "", errors.New("publication: no short id is free")
}

// Document reads a version's document from where it is kept.
func (p *Publisher) Document(ctx context.Context, v catalogue.Version) (*Document, error) {
	raw, err := p.File(ctx, v.Document)
	if err != nil {
		return nil, err
	}
	return ReadDocument(raw)
}

// File reads a stored file, byte for byte.
func (p *Publisher) File(ctx context.Context, f catalogue.Stored) ([]byte, error) {
	found, err := p.Files.GetObject(ctx, &s3.GetObjectInput{Bucket: &p.Bucket, Key: &f.Key})
	if err != nil {
		return nil, fmt.Errorf("publication: file %s: %w", f.Key, err)
	}
	defer found.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(found.Body, int64(f.Bytes)+1))
	if err != nil {
		return nil, fmt.Errorf("publication: file %s: %w", f.Key, err)
	}
	if hashOf(raw) != f.Hash {
		return nil, fmt.Errorf("publication: file %s is not what was stored", f.Key)
	}
	return raw, nil
}

// uploads are the files of one publication. They are stored once, however often it is decided.
type uploads struct {
	publisher *Publisher
	byHash    map[string]*upload
	// replaced are the files that the publication made superfluous.
	replaced []catalogue.Stored
}

type upload struct {
	catalogue.Stored
	content []byte
	done    bool
}

// add chooses a random key for a file.
func (u *uploads) add(content []byte, contentType string) catalogue.Stored {
	hash := hashOf(content)
	if known, ok := u.byHash[hash]; ok {
		return known.Stored
	}
	added := &upload{Stored: catalogue.Stored{Key: "apis/" + rand.Text(), Hash: hash, Bytes: len(content), ContentType: contentType}, content: content}
	u.byHash[hash] = added
	return added.Stored
}

func (u *uploads) store(ctx context.Context) error {
	for _, file := range u.byHash {
		if file.done {
			continue
		}
		_, err := u.publisher.Files.PutObject(ctx, &s3.PutObjectInput{
			Bucket: &u.publisher.Bucket, Key: &file.Key, Body: bytes.NewReader(file.content), ContentType: &file.ContentType,
		})
		if err != nil {
			return fmt.Errorf("publication: file %s: %w", file.Key, err)
		}
		file.done = true
	}
	return nil
}

// clean removes what nothing refers to: new files after a refusal, old ones after a success (UP-09). After an outcome that
// is not known, everything stays. What cannot be removed costs space and nothing else.
func (u *uploads) clean(ctx context.Context, outcome error, result Result) {
	superfluous := u.replaced
	var refused *problem.Error
	if errors.As(outcome, &refused) || outcome == nil && result.Outcome == Unchanged {
		for _, file := range u.byHash {
			if file.done {
				superfluous = append(superfluous, file.Stored)
			}
		}
	}
	for _, file := range superfluous {
		if _, err := u.publisher.Files.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &u.publisher.Bucket, Key: &file.Key}); err != nil {
			slog.WarnContext(ctx, "publication: file not removed", "key", file.Key, "error", err.Error())
		}
	}
}

// files lists the stored files of an API by key.
func files(a catalogue.Aggregate) map[string]catalogue.Stored {
	all := map[string]catalogue.Stored{}
	for _, v := range a.Versions {
		all[v.Document.Key] = v.Document
	}
	for _, state := range a.Channels {
		if terms := state.Settings.Terms; terms != nil {
			all[terms.Key] = *terms
		}
	}
	return all
}

// replaced are the documents that no version has any more. Terms stay: who accepted them did so by their hash.
func replaced(before, after catalogue.Aggregate) []catalogue.Stored {
	var old []catalogue.Stored
	kept := files(after)
	for _, v := range before.Versions {
		if _, ok := kept[v.Document.Key]; !ok {
			old = append(old, v.Document)
		}
	}
	return old
}

// sameSecrets tells of channels whose backend has the given value already.
func (p *Publisher) sameSecrets(ctx context.Context, before catalogue.Aggregate, e edition) (map[channel.Channel]bool, error) {
	same := map[channel.Channel]bool{}
	for c, settings := range e.Channels {
		had := before.Channels[c].Settings.Backend.Authentication
		if settings.Backend.Value == "" || had.Kind != settings.Backend.Kind {
			continue
		}
		found, err := p.Secrets.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String(p.SecretPrefixes[c] + had.Secret)})
		var missing *secrets.ResourceNotFoundException
		if errors.As(err, &missing) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("publication: secret of %s: %w", c, err)
		}
		same[c] = secret.Value(aws.ToString(found.SecretString)).Matches(settings.Backend.Value.Hash())
	}
	return same, nil
}

// storeSecrets stores the values that are new, before the transaction: a route must never name a secret that is not
// there. Its name is the API's and the kind's, so that storing it again is harmless.
func (p *Publisher) storeSecrets(ctx context.Context, after catalogue.Aggregate, e edition, same map[channel.Channel]bool) error {
	for c, settings := range e.Channels {
		if settings.Backend.Value == "" || same[c] {
			continue
		}
		name := p.SecretPrefixes[c] + after.Channels[c].Settings.Backend.Authentication.Secret
		value := settings.Backend.Value.Reveal()
		_, err := p.Secrets.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{SecretId: &name, SecretString: &value})
		var missing *secrets.ResourceNotFoundException
		if errors.As(err, &missing) {
			create := &secretsmanager.CreateSecretInput{
				Name: &name, SecretString: &value, Description: aws.String("How the backend of " + after.BasePath + " knows the gateway"),
			}
			if p.SecretsKey != "" {
				create.KmsKeyId = &p.SecretsKey
			}
			_, err = p.Secrets.CreateSecret(ctx, create)
		}
		if err != nil {
			return fmt.Errorf("publication: secret %s: %w", name, err)
		}
	}
	return nil
}
