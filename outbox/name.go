package outbox

import (
	"fmt"
	"net/url"
	"path"
	"strings"
)

// A key's file is named so that people can read it and keyOf can turn it back: "/" is "+", "#" is "@", and every byte
// but letters, digits, ".", "-" and "_" is %XX. An empty name and the folder of a key without "/" are two words that no
// other name can be, since "%" stands before two digits elsewhere.
const (
	noName   = "%empty"
	noFolder = "%none"
	// nameLimit leaves room for the suffix in the 255 bytes of a file's name.
	nameLimit = 240
)

// mailPath is a mail's file below the outbox: mail/<the key's first part>/<the rest>.eml.
func mailPath(key string) (string, error) {
	folder, rest, ok := strings.Cut(key, "/")
	if ok {
		folder = escape(folder)
	} else {
		folder, rest = noFolder, key
	}
	return named(path.Join(mailFolder, folder), folder, escape(rest), ".eml")
}

// alertPath is an alert's file below the outbox.
func alertPath(key string) (string, error) { return named(alertFolder, "", escape(key), ".json") }

func named(dir, folder, name, suffix string) (string, error) {
	if max(len(folder), len(name)) > nameLimit {
		return "", fmt.Errorf("the key is too long for a file's name: over %d bytes", nameLimit)
	}
	return path.Join(dir, name+suffix), nil
}

// keyOf is the inverse of mailPath and alertPath.
func keyOf(file string) (string, error) {
	key, err := unescape(strings.TrimSuffix(path.Base(file), path.Ext(file)))
	folder := path.Base(path.Dir(file))
	if err != nil || folder == noFolder || path.Dir(file) == alertFolder {
		return key, err
	}
	first, err := unescape(folder)
	return first + "/" + key, err
}

func escape(s string) string {
	if s == "" {
		return noName
	}
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == '/':
			b.WriteByte('+')
		case c == '#':
			b.WriteByte('@')
		case c == '.' && i == 0, !plain(c):
			fmt.Fprintf(&b, "%%%02X", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func unescape(s string) (string, error) {
	if s == noName {
		return "", nil
	}
	return url.PathUnescape(strings.NewReplacer("+", "/", "@", "#").Replace(s))
}

func plain(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_'
}
