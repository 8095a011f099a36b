package centogiorni_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/playbook"
)

// TestTheGuidesShowTheDefaultPlaybookAsItIs holds the first sample of each guide against the playbook that they copy.
func TestTheGuidesShowTheDefaultPlaybookAsItIs(t *testing.T) {
	book, err := playbook.Default()
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("my-plan: no fault. %d touches, hash %s", len(book.Plan().Touches), book.Plan().Hash)
	for _, file := range []string{"README.md", "docs/playbook.md"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, sample, _ := strings.Cut(string(text), "$ starter validate my-plan\n")
		if line, _, _ := strings.Cut(sample, "\n"); line != want {
			t.Errorf("%s shows\n%s\nand it is\n%s", file, line, want)
		}
	}
}
