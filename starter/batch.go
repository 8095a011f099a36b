package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

// milestonesField is what an import file may say beside the contract's own fields: what a joined customer has reached.
const milestonesField = "milestones"

// record is one contract of an import file.
type record struct {
	line       int
	raw        []byte // as it stands in the file, to be given back where it is left out
	contract   onboarding.Contract
	milestones map[string]string
	faults     onboarding.Faults
	start      journey.Start
	done       bool // by an import of this file before
	waits      bool // for the worker, since such an import
}

func (r *record) fault(field, format string, args ...any) {
	r.faults = append(r.faults, onboarding.FieldFault{Field: field, Problem: fmt.Sprintf(format, args...)})
}

// faulty takes what a check found; other errors than faults concern the field given.
func (r *record) faulty(field string, err error) {
	var faults onboarding.Faults
	switch {
	case errors.As(err, &faults):
		r.faults = append(r.faults, faults...)
	case err != nil:
		r.fault(field, "%s", err)
	}
}

// batch is an import file.
type batch struct {
	header  []byte // of CSV, to be given back with the lines that are left out
	records []*record
}

// fileFormats are the values of --format.
var fileFormats = []string{"csv", "jsonl"}

// formatOf tells a file's format by its name.
func formatOf(file, given string) (string, error) {
	extension := strings.TrimPrefix(strings.ToLower(filepath.Ext(file)), ".")
	if extension == "ndjson" {
		extension = "jsonl"
	}
	switch {
	case given != "" && !slices.Contains(fileFormats, given):
		return "", usagef("--format: %q is no format: write csv or jsonl", given)
	case given != "":
		return given, nil
	case !slices.Contains(fileFormats, extension):
		return "", usagef("%s: its name does not say whether it is .csv or .jsonl: give --format", file)
	}
	return extension, nil
}

// readBatch reads every contract of a file, with the faults of each; the error is of the file as a whole.
func readBatch(data []byte, format string) (batch, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	read := readLines
	if format == "csv" {
		read = readCSV
	}
	b, err := read(data)
	if err != nil {
		return b, err
	}
	if len(b.records) == 0 {
		return b, errors.New("it holds no contract")
	}
	b.findTwins()
	return b, nil
}

// findTwins faults every contract that stands in the file before.
func (b batch) findTwins() {
	first := map[string]int{}
	for _, r := range b.records {
		id := r.contract.ID
		if line, ok := first[id]; ok && id != "" {
			r.fault("contract_id", "%q stands on line %d already: each contract once", id, line)
			continue
		}
		first[id] = r.line
	}
}

// readLines reads JSON Lines: a contract a line, empty lines aside.
func readLines(data []byte) (batch, error) {
	var b batch
	for i, line := range bytes.Split(data, []byte("\n")) {
		if line = bytes.TrimSpace(line); len(line) > 0 {
			r := &record{line: i + 1, raw: line}
			r.parse(line)
			for k := range r.faults { // a position in a text of one line
				r.faults[k].Problem = strings.TrimPrefix(r.faults[k].Problem, "line 1, ")
			}
			b.records = append(b.records, r)
		}
	}
	return b, nil
}

// parse reads a contract from its JSON, with milestones beside its fields.
func (r *record) parse(text []byte) {
	var fields map[string]json.RawMessage
	if bytes.Contains(text, []byte(`"`+milestonesField+`"`)) && json.Unmarshal(text, &fields) == nil && fields[milestonesField] != nil {
		if err := json.Unmarshal(fields[milestonesField], &r.milestones); err != nil {
			r.fault(milestonesField, `write milestones with their dates, as {"installed":"2026-01-20"}`)
		}
		delete(fields, milestonesField)
		if rest, err := json.Marshal(fields); err == nil {
			text = rest
		}
	}
	var err error
	r.contract, err = onboarding.ParseContract(text)
	r.faulty("", err)
}

// prepare makes the start of a contract without faults.
func (r *record) prepare(h *house) {
	if len(r.faults) > 0 {
		return
	}
	if len(r.milestones) > 0 && !h.join {
		r.fault(milestonesField, "they go with --join: leave them out, or import customers who are in mid-onboarding")
	}
	brought := r.brought(h.now)
	var err error
	r.start, err = h.start(r.contract, brought)
	r.faulty("", err)
}

// brought reads the milestones in a fixed order.
func (r *record) brought(now time.Time) []journey.Milestone {
	var out []journey.Milestone
	names := make([]string, 0, len(r.milestones))
	for name := range r.milestones {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		m, err := milestone(name, r.milestones[name], r.contract, now)
		r.faulty(milestonesField+"."+name, err)
		out = append(out, m)
	}
	return out
}

// rejected is a file of the lines that are left out, in the form they came in.
func (b batch) rejected() []byte {
	var out bytes.Buffer
	if b.header != nil {
		fmt.Fprintf(&out, "%s\n", b.header)
	}
	for _, r := range b.records {
		if len(r.faults) > 0 {
			fmt.Fprintf(&out, "%s\n", r.raw)
		}
	}
	return out.Bytes()
}
