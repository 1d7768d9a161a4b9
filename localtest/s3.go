package localtest

import (
	"fmt"
	"net/http"
	"os"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3afero"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// newS3 is the stand-in of S3 with the buckets given, kept in a folder, or in memory when it is empty. In a folder it keeps no old versions of an object, which
// nothing in the platform reads.
func newS3(dir string, buckets ...string) (http.Handler, error) {
	backend := gofakes3.Backend(s3mem.New())
	if dir != "" {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
		files, err := s3afero.FsPath(dir, 0)
		if err != nil {
			return nil, fmt.Errorf("localtest: S3 in %s: %w", dir, err)
		}
		if backend, err = s3afero.MultiBucket(files); err != nil {
			return nil, fmt.Errorf("localtest: S3 in %s: %w", dir, err)
		}
	}
	for _, bucket := range buckets {
		exists, err := backend.BucketExists(bucket)
		if err == nil && !exists {
			err = backend.CreateBucket(bucket)
		}
		if err != nil {
			return nil, fmt.Errorf("localtest: bucket %s: %w", bucket, err)
		}
	}
	return gofakes3.New(backend).Server(), nil
}
