package route

import (
	"bytes"
	"compress/flate"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/ddb"
)

// Sizes of definitions.
const (
	// MaxDefinitionBytes bounds operations and scope names of an API as JSON.
	MaxDefinitionBytes = 4_000_000
	// pieceBytes keeps a piece of the compressed operations within an item of DynamoDB (400 KB).
	pieceBytes = 350_000
	// digestBytes of SHA-256 name a definition. The content holds the API's id, so that APIs share none.
	digestBytes = 16
)

// ErrTooLarge says that a definition takes more than MaxDefinitionBytes.
var ErrTooLarge = errors.New("route: the operations take too many bytes")

// Attributes of the rows of a definition.
const (
	// contentAttribute is a piece of the operations, or the scope names, as compressed JSON.
	contentAttribute = "c"
	// piecesAttribute is the number of the pieces, in every row.
	piecesAttribute = "p"
	// writeAttribute is another text for each time that a definition was written: what has been written again since it was
	// looked at is not deleted.
	writeAttribute = "w"
	// unnamedAttribute is the second since when nothing is known to name the definition.
	unnamedAttribute = "u"
)

// Rows are those of a definition: immutable, and stored before the transaction that names them. Without operations and
// scopes there are none.
type Rows []map[string]types.AttributeValue

// Prepare separates what the index holds of a route from the rows that hold its operations and scope names. Errors:
// ErrTooLarge.
func Prepare(r Route) (Route, Rows, error) {
	operations, scopes := r.Operations, r.Scopes
	r.Operations, r.Scopes, r.digest = nil, nil, ""
	if len(operations) == 0 && len(scopes) == 0 {
		return r, nil, nil
	}
	content := struct {
		API        string      `json:"api"`
		Operations []Operation `json:"operations"`
	}{r.API, operations}
	packedOperations, size, err := pack(content)
	if err != nil {
		return r, nil, err
	}
	packedScopes, more, err := pack(scopes)
	if err != nil {
		return r, nil, err
	}
	if size+more > MaxDefinitionBytes || len(packedScopes) > pieceBytes {
		return r, nil, ErrTooLarge
	}
	digest := sha256.Sum256(slices.Concat(packedOperations, packedScopes))
	r.digest = string(digest[:digestBytes])
	name := digestText(r.digest)

	pieces := slices.Collect(slices.Chunk(packedOperations, pieceBytes))
	common := map[string]types.AttributeValue{writeAttribute: ddb.S(rand.Text()), piecesAttribute: ddb.N(int64(len(pieces)))}
	row := func(pk, sk string, content []byte) map[string]types.AttributeValue {
		item := ddb.Key(pk, sk)
		maps.Copy(item, common)
		if content != nil {
			item[contentAttribute] = &types.AttributeValueMemberB{Value: content}
		}
		return item
	}
	var rows Rows
	for i, piece := range pieces {
		rows = append(rows, row(ddb.Definition(name), ddb.DefinitionOperations(i), piece))
	}
	rows = append(rows, row(ddb.Definition(name), ddb.DefinitionScopes, packedScopes), row(ddb.Definitions, name, nil))
	return r, rows, nil
}

// digestText is the form in which a digest is part of keys.
func digestText(digest string) string { return base64.RawURLEncoding.EncodeToString([]byte(digest)) }

// Store writes the rows. Writing them again is harmless.
func (rows Rows) Store(ctx context.Context, client *dynamodb.Client, table string) error {
	for _, row := range rows {
		if _, err := client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &table, Item: row}, ddb.Read); err != nil {
			return fmt.Errorf("route: definition: %w", err)
		}
	}
	return nil
}

// Put publishes routes, as tools and tests do that have no API in the registry.
func Put(ctx context.Context, db ddb.Database, table string, routes ...Route) error {
	for batch := range slices.Chunk(routes, ddb.MaxTransaction-1) {
		prepared := make([]Route, len(batch))
		for i, r := range batch {
			var rows Rows
			var err error
			if prepared[i], rows, err = Prepare(r); err != nil {
				return err
			}
			if err := rows.Store(ctx, db.Client, table); err != nil {
				return err
			}
		}
		if err := db.Transact(ctx, Switch(table, prepared...)); err != nil {
			return err
		}
	}
	return nil
}

// pack returns compressed JSON, and the size of the JSON.
func pack(value any) ([]byte, int, error) {
	raw, err := json.Marshal(value)
	if err != nil {
		return nil, 0, err
	}
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.DefaultCompression)
	if err != nil {
		return nil, 0, err
	}
	if _, err := w.Write(raw); err != nil {
		return nil, 0, err
	}
	if err := w.Close(); err != nil {
		return nil, 0, err
	}
	return packed.Bytes(), len(raw), nil
}

// unpack reads compressed JSON, and returns the size of the JSON.
func unpack(packed []byte, into any) (int, error) {
	raw, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), MaxDefinitionBytes+1))
	if err != nil {
		return 0, err
	}
	if len(raw) > MaxDefinitionBytes {
		return 0, ErrTooLarge
	}
	return len(raw), json.Unmarshal(raw, into)
}

// definition is the operations and scope names of an API.
type definition struct {
	operations []Operation
	scopes     map[string]string
	// bound is the route that they were last needed for, with them.
	bound atomic.Pointer[bound]
}

type bound struct{ route, whole *Route }

// of returns the route with its operations, compiled, and its scopes.
func (d *definition) of(r *Route) *Route {
	if b := d.bound.Load(); b != nil && b.route == r {
		return b.whole
	}
	whole := *r
	whole.Operations, whole.Scopes = slices.Clone(d.operations), d.scopes
	whole.compile()
	d.bound.Store(&bound{r, &whole})
	return &whole
}

// Memory that decoded definitions and scope names may take.
const (
	keptDefinitionBytes = 64 << 20
	keptScopeBytes      = 16 << 20
	// decodedFactor is how much larger a definition is in memory than as JSON, measured.
	decodedFactor = 6
)

// Load returns a route of the table with its operations and scopes. They are read at an API's first call: one request, a
// second one when an eventually consistent read has missed them.
func (s *Source) Load(ctx context.Context, r *Route) (*Route, error) {
	if r.unreadable != nil || r.digest == "" {
		return r, r.unreadable
	}
	d, err := s.definitions.load(ctx, r.digest, func(ctx context.Context) (*definition, int, error) {
		d, size, err := s.readDefinition(ctx, r.digest, false)
		if errors.Is(err, errMissing) {
			d, size, err = s.readDefinition(ctx, r.digest, true)
		}
		if err != nil {
			err = fmt.Errorf("route: definition of %s: %w", r.BasePath, err)
		}
		return d, size * decodedFactor, err
	})
	if err != nil {
		return nil, err
	}
	return d.of(r), nil
}

// errMissing says that rows of a definition were not found.
var errMissing = errors.New("rows are missing")

// readDefinition reads AP-42.
func (s *Source) readDefinition(ctx context.Context, digest string, consistent bool) (*definition, int, error) {
	query := ddb.Partition(s.table, ddb.Definition(digestText(digest)), "")
	query.ConsistentRead = &consistent
	var packed []byte
	var scopes map[string]string
	read, pieces, size := 0, -1, 0
	for item, err := range ddb.Query(ctx, s.client, query) {
		if err != nil {
			return nil, 0, err
		}
		content, ok := item[contentAttribute].(*types.AttributeValueMemberB)
		number, isNumber := item[piecesAttribute].(*types.AttributeValueMemberN)
		sk, isText := item[ddb.SK].(*types.AttributeValueMemberS)
		if !ok || !isNumber || !isText {
			return nil, 0, errors.New("a row without content")
		}
		if sk.Value != ddb.DefinitionScopes {
			packed = append(packed, content.Value...)
			read++
			continue
		}
		if pieces, err = strconv.Atoi(number.Value); err != nil {
			return nil, 0, err
		}
		if size, err = unpack(content.Value, &scopes); err != nil {
			return nil, 0, err
		}
	}
	if read != pieces {
		return nil, 0, errMissing
	}
	var content struct{ Operations []Operation }
	more, err := unpack(packed, &content)
	return &definition{operations: content.Operations, scopes: scopes}, size + more, err
}

// ScopeNames returns the scopes of several APIs, names to short ids, by the API's short id. An API whose names cannot be
// read is left out and its error joined to unreadable; err says that the store did not answer.
func (s *Source) ScopeNames(ctx context.Context, routes []*Route) (scopes map[string]map[string]string, unreadable, err error) {
	scopes = make(map[string]map[string]string, len(routes))
	missing := map[string]*Route{}
	for _, r := range routes {
		switch names, kept := s.scopes.get(r.digest); {
		case r.unreadable != nil:
			unreadable = errors.Join(unreadable, r.unreadable)
		case r.digest == "":
		case kept:
			scopes[r.ID] = names
		default:
			missing[r.digest] = r
		}
	}
	for _, consistent := range [...]bool{false, true} {
		for digests := range slices.Chunk(slices.Collect(maps.Keys(missing)), maxBatch) {
			found, err := s.readScopes(ctx, digests, consistent)
			if err != nil {
				return nil, nil, fmt.Errorf("route: scope names: %w", err)
			}
			for digest, packed := range found {
				r := missing[digest]
				delete(missing, digest)
				var names map[string]string
				size, err := unpack(packed, &names)
				if err != nil {
					unreadable = errors.Join(unreadable, fmt.Errorf("route: scope names of %s: %w", r.BasePath, err))
					continue
				}
				s.scopes.put(digest, names, size*decodedFactor)
				scopes[r.ID] = names
			}
		}
	}
	for _, r := range missing {
		unreadable = errors.Join(unreadable, fmt.Errorf("route: scope names of %s: %w", r.BasePath, errMissing))
	}
	return scopes, unreadable, nil
}

// maxBatch is the number of items that one request may ask for (DynamoDB's limit).
const maxBatch = 100

// readScopes reads AP-43, and returns what is there by digest.
func (s *Source) readScopes(ctx context.Context, digests []string, consistent bool) (map[string][]byte, error) {
	wanted := types.KeysAndAttributes{ConsistentRead: &consistent, ProjectionExpression: aws.String("PK, " + contentAttribute)}
	byKey := map[string]string{}
	for _, digest := range digests {
		pk := ddb.Definition(digestText(digest))
		byKey[pk] = digest
		wanted.Keys = append(wanted.Keys, ddb.Key(pk, ddb.DefinitionScopes))
	}
	found := map[string][]byte{}
	for request := (map[string]types.KeysAndAttributes{s.table: wanted}); len(request) > 0; {
		answer, err := s.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: request}, ddb.Read)
		if err != nil {
			return nil, err
		}
		for _, item := range answer.Responses[s.table] {
			pk, isText := item[ddb.PK].(*types.AttributeValueMemberS)
			content, ok := item[contentAttribute].(*types.AttributeValueMemberB)
			if isText && ok {
				found[byKey[pk.Value]] = content.Value
			}
		}
		if len(answer.UnprocessedKeys) > 0 && len(answer.Responses[s.table]) == 0 {
			return nil, errors.New("the store processed no key of a batch")
		}
		request = answer.UnprocessedKeys // more than 16 MB, or throttled
	}
	return found, nil
}

// Stored returns all rows of a table in which the routes were published once, for stores that are not DynamoDB.
func Stored(routes ...Route) ([]map[string]types.AttributeValue, error) {
	root := ddb.Key(ddb.Routes, ddb.Self)
	root[rootVersion] = ddb.N(1)
	all := []map[string]types.AttributeValue{root}
	var changes [partCount]int64
	for _, r := range routes {
		index, rows, err := Prepare(r)
		if err != nil {
			return nil, err
		}
		number := partOf(r.BasePath)
		changes[number]++
		root[rootPart(number)] = ddb.N(changes[number])
		row := index.attributes()
		maps.Copy(row, ddb.Key(ddb.RoutesPart(number), r.BasePath))
		row[changesAttribute] = ddb.N(1)
		all = append(append(all, row), rows...)
	}
	return all, nil
}
