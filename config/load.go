package config

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/kelseyhightower/envconfig"
)

const (
	prefix = "CENTOGIORNI"
	// nowhere is a prefix that no environment holds, since names have no "=": under it envconfig sees the default alone.
	nowhere    = "="
	fileSuffix = "_FILE"
)

// Load reads the environment into a Config and checks it. The error, if any, is a Faults.
func Load() (Config, error) {
	var c Config
	l := loader{fields: fieldsOf(&c), given: map[string]bool{}}
	l.refuseUnknown()
	for _, f := range l.fields {
		l.load(f)
	}
	l.fillSamples(&c)
	l.check(&c)
	if len(l.faults) > 0 {
		return Config{}, l.inOrder()
	}
	return c, nil
}

// field is one variable and the place its value goes to.
type field struct {
	Name    string // without CENTOGIORNI_
	Section string
	Tag     reflect.StructTag
	Value   reflect.Value
}

func (f field) variable() string { return prefix + "_" + f.Name }

// secret tells whether the field may come from a file.
func (f field) secret() bool {
	t := f.Value.Type()
	return t == reflect.TypeFor[Secret]() || t == reflect.TypeFor[Secrets]()
}

// fieldsOf lists the variables of a Config in the order of its declaration. The names are envconfig's own.
func fieldsOf(c *Config) []field {
	var names strings.Builder
	if err := envconfig.Usagef("", c, &names, "{{range .}}{{usage_key .}} {{end}}"); err != nil {
		panic(err) // the template is a constant and Config a struct: no input can cause it
	}
	keys := strings.Fields(names.String())
	var fields []field
	sections := reflect.ValueOf(c).Elem()
	for i := range sections.NumField() {
		section := sections.Field(i)
		for j := range section.NumField() {
			fields = append(fields, field{
				Name:    keys[len(fields)],
				Section: sections.Type().Field(i).Name,
				Tag:     section.Type().Field(j).Tag,
				Value:   section.Field(j),
			})
		}
	}
	return fields
}

type loader struct {
	fields []field
	given  map[string]bool // by full name: set and not empty
	faults Faults
}

func (l *loader) fault(name, problem, remedy string) {
	if variable := prefix + "_" + name; !l.faults.has(variable) && !l.faults.has(variable+fileSuffix) {
		l.faults = append(l.faults, Fault{variable, problem, remedy})
	}
}

// load sets one field to its default and then to its value. A value that is wrong leaves the default, so that what
// depends on it is not reported too.
func (l *loader) load(f field) {
	if fallback := f.Tag.Get("default"); fallback != "" {
		l.decode(f, nowhere, fallback)
	}
	if f.secret() && present(f.variable()+fileSuffix) {
		l.loadFile(f)
		return
	}
	if !present(f.variable()) {
		return
	}
	l.given[f.variable()] = true
	if isInteger(f.Value) && !decimal.MatchString(strings.TrimSpace(os.Getenv(f.variable()))) {
		l.fault(f.Name, "is not a whole number", "write it in decimal digits, without a leading zero, such as 2000")
		return
	}
	l.decode(f, prefix, "")
}

// decode lets envconfig set one field. It stops at its first error, hence a call for each variable.
func (l *loader) decode(f field, prefix, fallback string) {
	one := reflect.New(reflect.StructOf([]reflect.StructField{{
		Name: f.Name,
		Type: reflect.PointerTo(f.Value.Type()),
		Tag:  reflect.StructTag("default:" + strconv.Quote(fallback)),
	}}))
	one.Elem().Field(0).Set(f.Value.Addr())
	if err := envconfig.Process(prefix, one.Interface()); err != nil {
		problem := explain(err, f.Value)
		l.fault(f.Name, problem.Problem, problem.Remedy)
	}
	if f.Value.Kind() == reflect.String {
		f.Value.SetString(strings.TrimSpace(f.Value.String()))
	}
}

// explain says what envconfig's error means. Its own text is never used: it repeats the value.
func explain(err error, value reflect.Value) Fault {
	var parse *envconfig.ParseError
	var fault Fault
	if errors.As(err, &parse) && errors.As(parse.Err, &fault) {
		return fault
	}
	switch {
	case isInteger(value):
		return Fault{Problem: "is too large a number", Remedy: "write a smaller one"}
	case value.Kind() == reflect.Float64:
		return Fault{Problem: "is not a number", Remedy: "write a number such as 10 or 0.5"}
	case value.Kind() == reflect.Bool:
		return Fault{Problem: "is neither true nor false", Remedy: "write true or false"}
	case value.Type() == reflect.TypeFor[slog.Level]():
		return Fault{Problem: "is no log level", Remedy: "write debug, info, warn or error"}
	default:
		return Fault{Problem: "cannot be understood", Remedy: "see its description in .env.example"}
	}
}

// loadFile reads a secret from the file that VARIABLE_FILE names. A message names neither path nor content: a secret
// put into the wrong variable would be in the path.
func (l *loader) loadFile(f field) {
	l.given[f.variable()] = true
	if present(f.variable()) {
		l.fault(f.Name, "is set, and so is "+f.variable()+fileSuffix, "keep one of the two")
		return
	}
	text, reason := readSecret(strings.TrimSpace(os.Getenv(f.variable() + fileSuffix)))
	if reason != "" {
		l.fault(f.Name+fileSuffix, reason, "give the path of a readable file that holds the secret and nothing else")
		return
	}
	decoder, ok := f.Value.Addr().Interface().(envconfig.Decoder)
	if !ok {
		panic(fmt.Sprintf("config: %s is secret and has no Decode", f.Name)) // a secret type of this package has one
	}
	if err := decoder.Decode(text); err != nil {
		l.fault(f.Name+fileSuffix, "holds something else than a secret", "put the secret there and nothing else")
	}
}

// readSecret returns the content of a file, or the reason why there is none to use.
func readSecret(path string) (text, reason string) {
	const limit = 64 << 10 // a certificate chain fits many times
	file, err := os.Open(path)
	if err != nil {
		return "", unreadable(err)
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, limit+1))
	switch {
	case err != nil:
		return "", unreadable(err)
	case len(content) > limit:
		return "", "names a file that is too large"
	case strings.TrimSpace(string(content)) == "":
		return "", "names an empty file"
	}
	return string(content), ""
}

func unreadable(err error) string {
	var cause *os.PathError
	if errors.As(err, &cause) {
		err = cause.Err // without the path
	}
	return "names a file that cannot be read (" + err.Error() + ")"
}

// fillSamples gives what a real transport requires its sample value while the transport is the outbox, and keeps a
// sample that was copied from .env.example out of mail to customers.
func (l *loader) fillSamples(c *Config) {
	for _, f := range l.fields {
		sample := f.Tag.Get("sample")
		switch {
		case sample == "":
		case !c.Mail.Transport.Real() && !l.given[f.variable()]:
			l.decode(f, nowhere, sample)
		case !c.Mail.Transport.Real() || c.trial() && l.given[f.variable()]:
		case !l.given[f.variable()]:
			l.fault(f.Name, "is missing", "set it, MAIL_TRANSPORT="+string(c.Mail.Transport)+" sends real mail; "+f.Tag.Get("desc"))
		case strings.TrimSpace(os.Getenv(f.variable())) == sample:
			l.fault(f.Name, "is still the sample", "set your own; samples are for the outbox and for trials")
		}
	}
}

// refuseUnknown reports every CENTOGIORNI_ variable that nobody reads, as envconfig.CheckDisallowed does for the first.
func (l *loader) refuseUnknown() {
	for _, entry := range os.Environ() {
		variable, _, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(variable, prefix+"_") || Known(variable) {
			continue
		}
		remedy := "remove it"
		if base := strings.TrimSuffix(variable, fileSuffix); base != variable && Known(base) {
			remedy = "only secrets may come from a file, set " + base
		} else if near := nearest(variable); near != "" {
			remedy = "did you mean " + near + "?"
		}
		l.faults = append(l.faults, Fault{variable, "is not a variable of this program", remedy})
	}
}

// inOrder sorts the faults as Variables are; unknown ones come first, by name.
func (l *loader) inOrder() Faults {
	position := map[string]int{}
	for i, f := range l.fields {
		position[f.variable()], position[f.variable()+fileSuffix] = i+1, i+1
	}
	slices.SortStableFunc(l.faults, func(a, b Fault) int {
		if d := position[a.Variable] - position[b.Variable]; d != 0 {
			return d
		}
		return strings.Compare(a.Variable, b.Variable)
	})
	return l.faults
}

var decimal = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)

func isInteger(v reflect.Value) bool { return v.Type() == reflect.TypeFor[int]() }

// present tells whether a variable is set to something; `KEY=` in a file means "not set" to whoever wrote it.
func present(variable string) bool { return strings.TrimSpace(os.Getenv(variable)) != "" }
