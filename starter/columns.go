package main

import (
	"bytes"
	"encoding"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/centogiorni/centogiorni/onboarding"
)

// column is a column of a CSV file: a field of the contract's JSON form, by its path such as
// customer.contacts[0].email.
type column struct {
	path []step
	kind reflect.Kind // String, Int or Bool
	// milestone names the milestone of a column such as milestones.installed.
	milestone string
}

// step is a name on a path, with the index of a list's entry, -1 where it is none.
type step struct {
	name  string
	index int
}

// readCSV reads a header of paths and a contract a line, separated by commas or semicolons.
func readCSV(data []byte) (batch, error) {
	if !utf8.Valid(data) {
		return batch{}, errors.New("it is not UTF-8: save it as CSV UTF-8")
	}
	head, _, _ := bytes.Cut(data, []byte("\n"))
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord = -1
	if !bytes.Contains(head, []byte(",")) && bytes.Contains(head, []byte(";")) {
		r.Comma = ';'
	}
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return batch{}, errors.New("it is empty: the first line names the columns, such as contract_id,signed_at; see starter import --example csv")
	}
	if err != nil {
		return batch{}, err
	}
	columns, err := parseHeader(header)
	if err != nil {
		return batch{}, err
	}
	b := batch{header: bytes.TrimSpace(data[:r.InputOffset()])}
	for {
		from := r.InputOffset()
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return b, nil
		}
		b.records = append(b.records, readRow(r, columns, cells, bytes.TrimSpace(data[from:r.InputOffset()]), err))
	}
}

// readRow makes a record of a line's cells.
func readRow(r *csv.Reader, columns []column, cells []string, raw []byte, err error) *record {
	rec := &record{raw: raw}
	var broken *csv.ParseError
	switch {
	case errors.As(err, &broken):
		rec.line = broken.StartLine
		rec.fault("", "no CSV (%s): put text with separators or quotes in double quotes, and a quote inside twice", broken.Err)
		return rec
	case err != nil:
		rec.fault("", "%s", err)
		return rec
	}
	rec.line, _ = r.FieldPos(0)
	if len(cells) != len(columns) {
		rec.fault("", "%d cells where the header names %d columns", len(cells), len(columns))
		return rec
	}
	row := &object{}
	for i, c := range columns {
		cell := strings.TrimSpace(cells[i])
		switch {
		case cell == "":
		case c.milestone != "":
			if rec.milestones == nil {
				rec.milestones = map[string]string{}
			}
			rec.milestones[c.milestone] = cell
		default:
			row.set(c.path, value(c.kind, cell))
		}
	}
	text, err := json.Marshal(row)
	if err != nil {
		rec.fault("", "%s", err)
		return rec
	}
	rec.contract, err = onboarding.ParseContract(text)
	rec.faulty("", err)
	for i, f := range rec.faults {
		rec.faults[i].Field = row.original(f.Field)
	}
	return rec
}

// value is a cell as JSON; one that does not fit stays text, which the reading of the contract then names.
func value(k reflect.Kind, cell string) any {
	switch k {
	case reflect.Int:
		if n, err := strconv.Atoi(cell); err == nil {
			return n
		}
	case reflect.Bool:
		if yes, err := strconv.ParseBool(strings.ToLower(cell)); err == nil {
			return yes
		}
	}
	return cell
}

// parseHeader reads the names of the columns, all faults at once.
func parseHeader(header []string) ([]column, error) {
	var columns []column
	var faults onboarding.Faults
	for i, name := range header {
		name = strings.TrimSpace(name)
		c, err := parseColumn(name)
		if err == nil && slices.Contains(header[:i], header[i]) {
			err = errors.New("it stands twice: keep one")
		}
		if err != nil {
			faults = append(faults, onboarding.FieldFault{Field: fmt.Sprintf("line 1, column %d, %q", i+1, name), Problem: err.Error()})
		}
		columns = append(columns, c)
	}
	if faults != nil {
		return nil, faults
	}
	return columns, nil
}

var stepPattern = regexp.MustCompile(`^([a-z_]+)(?:\[([0-9]{1,2})\])?$`)

func parseColumn(name string) (column, error) {
	if m, ok := strings.CutPrefix(name, milestonesField+"."); ok {
		if !slices.Contains(importable, onboarding.Fact(m)) {
			return column{}, fmt.Errorf("no such milestone: write one of %s", words(importable))
		}
		return column{milestone: m}, nil
	}
	var c column
	at := reflect.TypeFor[onboarding.Contract]()
	for part := range strings.SplitSeq(name, ".") {
		m := stepPattern.FindStringSubmatch(part)
		if m == nil {
			return c, errNoColumn
		}
		s := step{m[1], -1}
		if m[2] != "" {
			s.index, _ = strconv.Atoi(m[2])
		}
		var ok bool
		if at, ok = descend(at, s); !ok {
			return c, errNoColumn
		}
		c.path = append(c.path, s)
	}
	c.kind = reflect.String
	if !written(at) {
		switch at.Kind() {
		case reflect.String, reflect.Int, reflect.Bool:
			c.kind = at.Kind()
		default:
			return c, errors.New("it is a whole object or list: name one of its fields, such as customer.contacts[0].email")
		}
	}
	return c, nil
}

var errNoColumn = errors.New("no such column: write the path of a field of the contract, such as customer.contacts[0].email; see starter import --example csv")

// descend is the type of a field of a struct, or of an entry of its list.
func descend(t reflect.Type, s step) (reflect.Type, bool) {
	if t.Kind() != reflect.Struct || written(t) {
		return nil, false
	}
	for f := range t.Fields() {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != s.name {
			continue
		}
		t = f.Type
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if s.index < 0 {
			return t, true
		}
		if t.Kind() != reflect.Slice {
			return nil, false
		}
		return t.Elem(), true
	}
	return nil, false
}

// written reports whether a type is one text in JSON: an instant, a date.
func written(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}
