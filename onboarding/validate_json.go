package onboarding

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Decode reads one JSON object of at most 64 kB into the struct that into points to, more strictly than encoding/json:
// names are matched to the letter, an unknown or repeated name and a value of another type is a fault, and all faults
// are reported at once, as Faults. null means absent. It does not check what the values mean.
func Decode(data []byte, into any) error {
	c := &checker{}
	if n := c.parse(data); n != nil {
		c.fill(reflect.ValueOf(into).Elem(), n, "")
	}
	return c.err()
}

// node is a JSON value with everything encoding/json would forget: the order of the names and the repeated ones.
type node struct {
	kind  byte // { [ " 0 t n
	text  string
	names []string
	items []*node
}

var kindNames = map[byte]string{'{': "an object", '[': "a list", '"': "text", '0': "a number", 't': "true or false", 'n': "null"}

// parse builds the tree; nil after a fault, which then concerns the whole input.
func (c *checker) parse(data []byte) *node {
	defer func() { c.read = len(c.faults) }()
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if len(data) > maxInput {
		c.add("", "%d bytes: an input has at most %d", len(data), maxInput)
		return nil
	}
	if !utf8.Valid(data) {
		c.add("", "%s: not UTF-8: save the text as UTF-8", position(data, len(validPrefix(data))))
		return nil
	}
	if err := json.Unmarshal(data, new(json.RawMessage)); err != nil {
		c.add("", "%s", syntax(data, err))
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	n := tree(dec)
	if n.kind != '{' {
		c.add("", "%s: write one JSON object, in braces", kindNames[n.kind])
		return nil
	}
	return n
}

func validPrefix(data []byte) []byte {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return data[:i]
		}
		i += size
	}
	return data
}

// syntax says where the JSON breaks.
func syntax(data []byte, err error) string {
	var s *json.SyntaxError
	if !errors.As(err, &s) {
		return err.Error()
	}
	if strings.Contains(s.Error(), "unexpected end") {
		return position(data, len(data)) + ": the JSON ends too early: close what is open"
	}
	return position(data, int(s.Offset)-1) + ": " + s.Error()
}

// position is the line and column of a byte, both from 1, columns in characters.
func position(data []byte, offset int) string {
	before := data[:min(max(offset, 0), len(data))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return fmt.Sprintf("line %d, column %d", bytes.Count(before, []byte("\n"))+1, utf8.RuneCount(before[start:])+1)
}

// tree reads the next value of a text already known to be JSON.
func tree(dec *json.Decoder) *node {
	token, err := dec.Token()
	if err != nil {
		return &node{kind: 'n'}
	}
	switch v := token.(type) {
	case json.Delim:
		n := &node{kind: byte(v)}
		for dec.More() {
			if v == '{' {
				name, _ := dec.Token()
				n.names = append(n.names, fmt.Sprint(name))
			}
			n.items = append(n.items, tree(dec))
		}
		_, _ = dec.Token() // the closing one
		return n
	case string:
		return &node{kind: '"', text: v}
	case json.Number:
		return &node{kind: '0', text: v.String()}
	case bool:
		return &node{kind: 't', text: strconv.FormatBool(v)}
	}
	return &node{kind: 'n'}
}

// fill stores the tree into v and reports what does not fit.
func (c *checker) fill(v reflect.Value, n *node, path string) {
	defer func() { c.read = len(c.faults) }()
	if n.kind == 'n' {
		return
	}
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		c.fill(v.Elem(), n, path)
		return
	}
	if t, ok := v.Addr().Interface().(*time.Time); ok {
		c.fillTime(t, n, path)
		return
	}
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if c.is(n, '"', path) {
			if err := u.UnmarshalText([]byte(n.text)); err != nil {
				c.faults = append(c.faults, FieldFault{path, err.Error()})
			}
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		if c.is(n, '{', path) {
			c.fillStruct(v, n, path)
		}
	case reflect.Slice:
		if c.is(n, '[', path) {
			v.Set(reflect.MakeSlice(v.Type(), len(n.items), len(n.items)))
			for i, item := range n.items {
				if item.kind == 'n' {
					c.faults = append(c.faults, FieldFault{at(path, i), "null: leave the entry out"})
				}
				c.fill(v.Index(i), item, at(path, i))
			}
		}
	default:
		c.fillScalar(v, n, path)
	}
}

func (c *checker) fillScalar(v reflect.Value, n *node, path string) {
	switch v.Kind() {
	case reflect.String:
		if n.kind == '0' || n.kind == 't' {
			c.faults = append(c.faults, FieldFault{path, fmt.Sprintf(`%s is not text: write "%s", in quotes`, n.text, n.text)})
		} else if c.is(n, '"', path) {
			v.SetString(n.text)
		}
	case reflect.Bool:
		if c.is(n, 't', path) {
			v.SetBool(n.text == "true")
		}
	case reflect.Int:
		if !c.is(n, '0', path) {
			return
		}
		i, err := strconv.Atoi(n.text)
		if err != nil {
			c.faults = append(c.faults, FieldFault{path, fmt.Sprintf("%s is no whole number: write digits alone", n.text)})
			return
		}
		v.SetInt(int64(i))
	default:
		panic("onboarding: Decode into " + v.Type().String())
	}
}

func (c *checker) fillStruct(v reflect.Value, n *node, path string) {
	known := fieldNames(v.Type())
	for i, name := range n.names {
		field := join(path, name)
		switch k := slices.Index(known, name); {
		case slices.Contains(n.names[:i], name):
			c.faults = append(c.faults, FieldFault{field, "written twice: keep one"})
		case name == "" || k < 0:
			c.faults = append(c.faults, FieldFault{field, unknownField(name, known)})
		default:
			c.fill(v.Field(k), n.items[i], field)
		}
	}
}

func (c *checker) fillTime(t *time.Time, n *node, path string) {
	if !c.is(n, '"', path) {
		return
	}
	parsed, err := parseInstant(n.text)
	if err != nil {
		c.faults = append(c.faults, FieldFault{path, err.Error()})
		return
	}
	*t = parsed
}

// is reports a value of the wrong type.
func (c *checker) is(n *node, kind byte, path string) bool {
	if n.kind == kind {
		return true
	}
	c.faults = append(c.faults, FieldFault{path, fmt.Sprintf("%s where %s belongs", kindNames[n.kind], kindNames[kind])})
	return false
}

// fieldNames are the JSON names of a struct by field index; "" for a field without one.
func fieldNames(t reflect.Type) []string {
	names := make([]string, t.NumField())
	for i := range names {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name != "-" {
			names[i] = name
		}
	}
	return names
}

func unknownField(name string, known []string) string {
	if near := nearest(name, known); near != "" {
		return fmt.Sprintf("no such field: did you mean %s?", near)
	}
	known = slices.DeleteFunc(slices.Clone(known), func(s string) bool { return s == "" })
	return "no such field: the fields here are " + strings.Join(known, ", ")
}

// nearest is the word at most two letters away, "" where none or where the word is too short to tell.
func nearest(word string, words []string) string {
	best, least := "", min(3, (len(word)+1)/2)
	for _, w := range words {
		if d := distance(word, w); w != "" && d < least {
			best, least = w, d
		}
	}
	return best
}

// distance counts the letters to insert, delete or exchange (Levenshtein).
func distance(a, b string) int {
	if len(a) > maxLine {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
