package ddb

import (
	"os/exec"
	"strings"
	"testing"
)

// Later versions of these cost every function 0.6 MB and 3,000 allocations at start, and a later attributevalue raises
// dynamodb silently (design §4). Whoever raises them measures first: make bench.
func TestVersionsOfTheSDK(t *testing.T) {
	t.Parallel()
	for module, want := range map[string]string{
		"github.com/aws/aws-sdk-go-v2/service/dynamodb":                "v1.68.0",
		"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue": "v1.21.4",
	} {
		out, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", module).CombinedOutput()
		if got := strings.TrimSpace(string(out)); err != nil || got != want {
			t.Errorf("%s is %s (%v), not %s", module, got, err, want)
		}
	}
}
