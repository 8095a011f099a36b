package config

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"log/slog"
	"strings"
)

const redacted = "[redacted]"

// Secret is a value that nothing prints: not fmt with any verb, not encoding/json, not slog. The text sits behind a
// pointer because fmt skips a type's own methods for %p and for verbs it rejects, and would then show a string.
type Secret struct{ text *string }

// NewSecret wraps a text; an empty one gives the zero Secret.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{&text}
}

// Reveal returns the text, "" if there is none. Its callers are the only places where a secret can leak.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsSet tells whether there is a text.
func (s Secret) IsSet() bool { return s.text != nil }

// Decode is called by envconfig; white space around the text is dropped, as files end with a line feed.
func (s *Secret) Decode(text string) error {
	*s = NewSecret(strings.TrimSpace(text))
	return nil
}

// String returns "[redacted]", or "" where there is no text: that a secret is missing may be seen.
func (s Secret) String() string {
	if s.text == nil {
		return ""
	}
	return redacted
}

// Format answers every verb that fmt passes on.
func (s Secret) Format(f fmt.State, verb rune) {
	switch {
	case verb == 'v' && f.Flag('#'):
		fmt.Fprintf(f, "config.Secret(%q)", s.String())
	case verb == 'q':
		fmt.Fprintf(f, "%q", s.String())
	default:
		fmt.Fprint(f, s.String())
	}
}

// MarshalText serves encoding/json, YAML and slog's text handler.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue serves every slog handler.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// Secrets is a list of secrets, separated by commas or, in a file, by line feeds.
type Secrets []Secret

// Decode is called by envconfig.
func (s *Secrets) Decode(text string) error {
	*s = nil
	for _, item := range split(text) {
		*s = append(*s, NewSecret(item))
	}
	return nil
}

// minKey is the length of a signing key in bytes: as long as the SHA-256 it keys.
const minKey = 32

// developmentKey is the sample of LINK_KEYS.
const developmentKey = "development-only-key-that-everybody-knows"

// Keys returns each secret as a signing key: decoded where it is base64 of 32 bytes or more, else its text as it is.
func (s Secrets) Keys() [][]byte {
	keys := make([][]byte, 0, len(s))
	for _, secret := range s {
		keys = append(keys, key(secret.Reveal()))
	}
	return keys
}

func key(text string) []byte {
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		if decoded, err := encoding.DecodeString(text); err == nil && len(decoded) >= minKey {
			return decoded
		}
	}
	return []byte(text)
}

// guessable tells a key that is too short, or long only because it repeats itself.
func guessable(key []byte) bool {
	distinct := map[byte]bool{}
	for _, b := range key {
		distinct[b] = true
	}
	half := len(key) / 2
	return len(key) < minKey || len(distinct) < 8 || bytes.Equal(key[:half], key[half:2*half])
}
