// Package catalogue is what providers publish: APIs, their versions and settings, and the documents that describe them.
//
// Documents are read with encoding/json and go.yaml.in/yaml/v3 into a bounded tree, of which paths, methods, security and
// a few texts are looked at and the rest is only hashed. Libraries for OpenAPI were tried and left: kin-openapi does not
// accept three of four real documents (features Z25), libopenapi indexes and resolves whole documents, and both have one
// model for Swagger 2.0 and another for OpenAPI 3. yaml/v4 keeps every token of a bracketed list in memory, where v3 looks
// 1,024 characters ahead.
package catalogue
