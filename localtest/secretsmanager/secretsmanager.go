// Package secretsmanager stands in for AWS Secrets Manager on this machine: the JSON 1.1 protocol, as much of it as the platform uses, kept in one file or in
// memory.
//
// It knows CreateSecret, PutSecretValue, GetSecretValue and DeleteSecret, the stages AWSCURRENT and AWSPREVIOUS, and the errors of absent and existing secrets. It
// checks no signature and encrypts nothing: the file is for its owner's eyes only (mode 0600).
package secretsmanager

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// maxBodyBytes leaves room for the largest secret (64 KiB) in base64 with its name.
const maxBodyBytes = 128 << 10

// maxSecretBytes is the service's limit of one value.
const maxSecretBytes = 65_536

// Store is the service. Its zero value is not usable; see Open.
type Store struct {
	file string
	now  func() time.Time

	mu      sync.Mutex
	secrets map[string]*secret // by name
}

type secret struct {
	Current  version
	Previous *version `json:",omitempty"`
}

// version has a string or bytes, never both.
type version struct {
	ID      string
	String  *string `json:",omitempty"`
	Binary  []byte  `json:",omitempty"`
	Created time.Time
}

// Open reads the secrets kept in file, or starts empty when there is none yet; an empty name keeps them in memory.
func Open(file string) (*Store, error) {
	s := &Store{file: file, now: time.Now, secrets: map[string]*secret{}}
	if file == "" {
		return s, nil
	}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, fmt.Errorf("secretsmanager: %w", err)
	}
	if err := json.Unmarshal(text, &s.secrets); err != nil {
		return nil, fmt.Errorf("secretsmanager: %s: %w", file, err)
	}
	return s, nil
}

// Put sets a secret's value, as PutSecretValue does, and creates the secret when it is absent.
func (s *Store) Put(name, value string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.put(name, version{String: &value})
	return err
}

// Has tells whether a secret exists.
func (s *Store) Has(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.secrets[name] != nil
}

// put is called with the lock held.
func (s *Store) put(name string, v version) (version, error) {
	v.Created = s.now().UTC()
	old := s.secrets[name]
	next := &secret{Current: v}
	if old != nil {
		next.Previous = &old.Current
	}
	if v.ID == "" {
		next.Current.ID = fmt.Sprintf("%032x", v.Created.UnixNano())
	}
	s.secrets[name] = next
	if err := s.save(); err != nil {
		s.secrets[name] = old
		if old == nil {
			delete(s.secrets, name)
		}
		return version{}, err
	}
	return next.Current, nil
}

// save replaces the file in one step, with the lock held.
func (s *Store) save() error {
	if s.file == "" {
		return nil
	}
	text, err := json.MarshalIndent(s.secrets, "", "\t")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(s.file), 0o700); err != nil {
		return err
	}
	next := s.file + ".next"
	if err := os.WriteFile(next, text, 0o600); err != nil {
		return err
	}
	return os.Rename(next, s.file)
}

// request has the members of all operations that are served.
type request struct {
	Name, SecretId, ClientRequestToken, VersionStage, VersionId string
	SecretString                                                *string
	SecretBinary                                                []byte
}

// failure is an error of the service.
type failure struct{ kind, message string }

func (f *failure) Error() string { return f.kind + ": " + f.message }

// ServeHTTP answers one operation of the API.
func (s *Store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in request
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
	if err == nil {
		err = json.Unmarshal(body, &in)
	}
	var out map[string]any
	if err != nil {
		err = &failure{"SerializationException", "the body could not be read"}
	} else {
		out, err = s.serve(strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "secretsmanager."), in)
	}
	status := http.StatusOK
	var refused *failure
	switch {
	case errors.As(err, &refused):
		status, out = http.StatusBadRequest, map[string]any{"__type": refused.kind, "Message": refused.message}
	case err != nil:
		status, out = http.StatusInternalServerError, map[string]any{"__type": "InternalServiceError", "Message": err.Error()}
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(out) // a caller that hung up needs no answer
}

func (s *Store) serve(operation string, in request) (map[string]any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := in.SecretId
	if operation == "CreateSecret" {
		name = in.Name
	}
	// An ARN names the secret after its sixth colon, with a suffix of ours.
	if parts := strings.SplitN(name, ":", 7); len(parts) == 7 && parts[0] == "arn" {
		name = strings.TrimSuffix(parts[6], arnSuffix)
	}
	if name == "" {
		return nil, &failure{"InvalidParameterException", "You must provide a name."}
	}
	existing := s.secrets[name]
	if existing == nil && operation != "CreateSecret" {
		return nil, &failure{"ResourceNotFoundException", "Secrets Manager can't find the specified secret."}
	}
	switch operation {
	case "CreateSecret", "PutSecretValue":
		if operation == "CreateSecret" && existing != nil {
			return nil, &failure{"ResourceExistsException", "The operation failed because the secret " + name + " already exists."}
		}
		value := version{ID: in.ClientRequestToken, String: in.SecretString, Binary: in.SecretBinary}
		if (value.String == nil) == (value.Binary == nil) {
			return nil, &failure{"InvalidParameterException", "You must provide either SecretString or SecretBinary."}
		}
		if len(value.Binary) > maxSecretBytes || value.String != nil && len(*value.String) > maxSecretBytes {
			return nil, &failure{"InvalidParameterException", "The value is longer than 65536 bytes."}
		}
		stored, err := s.put(name, value)
		if err != nil {
			return nil, err
		}
		return map[string]any{"ARN": arn(name), "Name": name, "VersionId": stored.ID, "VersionStages": []string{"AWSCURRENT"}}, nil
	case "GetSecretValue":
		return get(name, existing, in)
	case "DeleteSecret":
		delete(s.secrets, name)
		if err := s.save(); err != nil {
			s.secrets[name] = existing
			return nil, err
		}
		return map[string]any{"ARN": arn(name), "Name": name, "DeletionDate": s.now().Unix()}, nil
	}
	return nil, &failure{"UnknownOperationException", "this stand-in does not serve " + operation}
}

func get(name string, existing *secret, in request) (map[string]any, error) {
	stage, found := "AWSCURRENT", &existing.Current
	if in.VersionStage == "AWSPREVIOUS" || in.VersionId != "" && in.VersionId != existing.Current.ID {
		stage, found = "AWSPREVIOUS", existing.Previous
	}
	if found == nil || in.VersionId != "" && in.VersionId != found.ID || in.VersionStage != "" && in.VersionStage != stage {
		return nil, &failure{"ResourceNotFoundException", "Secrets Manager can't find the specified secret value for this stage or version."}
	}
	out := map[string]any{"ARN": arn(name), "Name": name, "VersionId": found.ID, "VersionStages": []string{stage}, "CreatedDate": found.Created.Unix()}
	if found.String != nil {
		out["SecretString"] = *found.String
	} else {
		out["SecretBinary"] = found.Binary
	}
	return out, nil
}

// arnSuffix is where the service puts six random characters.
const arnSuffix = "-local0"

func arn(name string) string {
	return "arn:aws:secretsmanager:eu-west-3:000000000000:secret:" + name + arnSuffix
}
