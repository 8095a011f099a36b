package journey

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
)

// seenEvents is how many event ids a state remembers against duplicates, markLength how many characters of a hash it
// keeps of each: ids come in any length, and 36 bits mistake a new event for an old one once in 500 million.
const (
	seenEvents = 128
	markLength = 6
)

// Marks are the newest event ids, the newest last; only a part of a hash is kept of each.
type Marks []string

// see notes an event id and reports whether it is new. What has no id cannot be told from another, so it is new.
func (m *Marks) see(id string) bool {
	if id == "" {
		return true
	}
	if m.has(id) {
		return false
	}
	*m = append(*m, mark(id))
	if n := len(*m) - seenEvents; n > 0 {
		*m = slices.Clone((*m)[n:])
	}
	return true
}

// has reports whether an event id was seen.
func (m Marks) has(id string) bool { return slices.Contains(m, mark(id)) }

func mark(id string) string {
	sum := sha256.Sum256([]byte(id))
	return base64.RawURLEncoding.EncodeToString(sum[:6])[:markLength]
}

// MarshalText writes the marks in one word: they are most of what a state holds that cannot be packed.
func (m Marks) MarshalText() ([]byte, error) { return []byte(strings.Join(m, "")), nil }

// UnmarshalText reads what MarshalText writes.
func (m *Marks) UnmarshalText(b []byte) error {
	if len(b)%markLength != 0 {
		return fmt.Errorf("%d characters are no marks of events", len(b))
	}
	*m = nil
	for mark := range slices.Chunk(b, markLength) {
		*m = append(*m, string(mark))
	}
	return nil
}
