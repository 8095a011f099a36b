package config

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Variable describes one environment variable; it never holds a value of the running environment.
type Variable struct {
	Name        string // full name
	Section     string // Engine, Mail ... Temporal
	Default     string // value without one given, "" for none
	Sample      string // value with the outbox; a real mail transport requires one to be given
	Description string
	Secret      bool // may also come from a file named by Name + "_FILE"
}

// Variables lists every variable that Load and TemporalOptions read, in the order of Config.
func Variables() []Variable {
	var list []Variable
	for _, f := range fieldsOf(new(Config)) {
		list = append(list, Variable{
			Name:        f.variable(),
			Section:     f.Section,
			Default:     f.Tag.Get("default"),
			Sample:      f.Tag.Get("sample"),
			Description: f.Tag.Get("desc"),
			Secret:      f.secret(),
		})
	}
	for _, v := range temporalVariables {
		v.Section = "Temporal"
		list = append(list, v)
	}
	return list
}

// Known tells whether a program reads the variable, itself or as the _FILE of a secret.
func Known(name string) bool {
	for _, v := range Variables() {
		if name == v.Name || v.Secret && name == v.Name+fileSuffix {
			return true
		}
	}
	return false
}

// Describe prints a table of all variables: name, default, description.
func Describe(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	section := ""
	for _, v := range Variables() {
		if v.Section != section {
			section = v.Section
			fmt.Fprintf(table, "\n%s\t\t\n", section)
		}
		fallback := cmp.Or(v.Default, "-")
		if v.Sample != "" {
			fallback = "required (outbox: " + v.Sample + ")"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", v.Name, fallback, v.text())
	}
	return table.Flush()
}

// Example prints an env file with every variable commented out, at its default: the repository's .env.example.
func Example(w io.Writer) error {
	var b strings.Builder
	b.WriteString("# Every variable the programs read, at its default. Copy to .env, uncomment what differs.\n" +
		"# Written by config.Example: go test ./config -run TestExampleFile -update\n" +
		"# (outbox) marks what a real mail transport requires; the value shown serves the outbox only.\n" +
		"# (secret) may be a file instead: append _FILE to the name and give its path.\n")
	section := ""
	for _, v := range Variables() {
		if v.Section != section {
			section = v.Section
			fmt.Fprintf(&b, "\n# --- %s\n", section)
		}
		mark := ""
		if v.Sample != "" {
			mark = "(outbox) "
		}
		fmt.Fprintf(&b, "\n# %s%s\n# %s=%s\n", mark, v.text(), v.Name, quote(cmp.Or(v.Default, v.Sample)))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (v Variable) text() string {
	if v.Secret {
		return "(secret) " + v.Description
	}
	return v.Description
}

// quote makes a value one word for a shell and for Docker Compose.
func quote(value string) string {
	if strings.ContainsAny(value, " <>'#$") {
		return `"` + value + `"`
	}
	return value
}

// nearest returns the known variable that a misspelt one most likely means, "" if none is near.
func nearest(misspelt string) string {
	best, limit := "", (len(misspelt)-len(prefix))/3
	for _, v := range Variables() {
		names := []string{v.Name}
		if v.Secret {
			names = append(names, v.Name+fileSuffix)
		}
		for _, name := range names {
			if d := edits(misspelt, name); d <= limit {
				best, limit = name, d-1
			}
		}
	}
	return best
}

// edits counts the letters to insert, delete or replace between two names (Levenshtein).
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		previous := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := previous
			if a[i] != b[j] {
				replace++
			}
			previous = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
