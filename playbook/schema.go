package playbook

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// PlanSchema is the JSON Schema of plan.yaml, for editors.
//
//go:embed schema/plan.schema.json
var PlanSchema []byte

const schemaURL = "plan.schema.json"

// planSchema is the compiled schema, and the same as plain data: its descriptions are the remedies of faults.
type planSchema struct {
	compiled *jsonschema.Schema
	raw      map[string]any
}

var loadSchema = sync.OnceValues(func() (*planSchema, error) {
	s := &planSchema{}
	if err := json.Unmarshal(PlanSchema, &s.raw); err != nil {
		return nil, fmt.Errorf("reading the plan's schema: %w", err)
	}
	delete(s.raw, "$id") // so that locations are relative to this file
	c := jsonschema.NewCompiler()
	if err := c.AddResource(schemaURL, s.raw); err != nil {
		return nil, fmt.Errorf("adding the plan's schema: %w", err)
	}
	var err error
	if s.compiled, err = c.Compile(schemaURL); err != nil {
		return nil, fmt.Errorf("compiling the plan's schema: %w", err)
	}
	return s, nil
})

// check holds a document against the schema; every fault has the line of the value it is about.
func (s *planSchema) check(d *document, faults *Faults) {
	var invalid *jsonschema.ValidationError
	if err := s.compiled.Validate(d.value); errors.As(err, &invalid) {
		s.collect(d, invalid, faults)
	}
}

func (s *planSchema) collect(d *document, e *jsonschema.ValidationError, faults *Faults) {
	if len(e.Causes) > 0 {
		for _, c := range e.Causes {
			s.collect(d, c, faults)
		}
		return
	}
	path, name := instancePath(e.InstanceLocation)
	line := d.line(path)
	switch k := e.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		allowed := s.keys(e.SchemaURL)
		for _, key := range k.Properties {
			faults.add(d.file, d.line(path+"/"+key), oneOf(key, allowed), "unknown key %q", key)
		}
	case *kind.Required:
		for _, key := range k.Missing {
			faults.add(d.file, line, "add it: "+s.remedy(e.SchemaURL+"/properties/"+key), "%s has no %q", name, key)
		}
	case *kind.Enum:
		faults.add(d.file, line, oneOf(fmt.Sprint(k.Got), texts(k.Want)), "%q is no %s", fmt.Sprint(k.Got), name)
	case *kind.Pattern:
		faults.add(d.file, line, s.remedy(e.SchemaURL), "%q is no %s", k.Got, name)
	case *kind.Type:
		faults.add(d.file, line, s.remedy(e.SchemaURL), "%s is %s, not %s", name, k.Got, strings.Join(k.Want, " or "))
	default:
		faults.add(d.file, line, s.remedy(e.SchemaURL), "%s: %s", name, e.ErrorKind.LocalizedString(english))
	}
}

var english = message.NewPrinter(language.English)

// instancePath joins a location; its name is the last word that is no number: that is what a person calls the value.
func instancePath(loc []string) (path, name string) {
	name = "the plan"
	for _, p := range loc {
		path += "/" + p
		if strings.Trim(p, "0123456789") != "" {
			name = p
		}
	}
	return path, singular(name, loc)
}

var singulars = map[string]string{
	"languages": "language", "feeds": "feed", "phases": "phase", "touches": "touch", "conditions": "condition",
	"needs": "milestone", "to": "role", "signals": "signal", "on": "event", "ends": "event", "values": "answer", "answers": "clock",
	"reminders": "reminder",
}

// singular is one of a list's things: an item of touches is a touch.
func singular(name string, loc []string) string {
	if s, ok := singulars[name]; ok && loc[len(loc)-1] != name {
		return s
	}
	return name
}

// remedy is the description of the schema at an error's location.
func (s *planSchema) remedy(url string) string {
	here := s.at(url)
	if d, ok := here["description"].(string); ok {
		return d
	}
	if list, ok := here["enum"].([]any); ok {
		return "use one of: " + strings.Join(texts(list), ", ")
	}
	return "see docs/playbook.md"
}

// keys are the names a mapping may have.
func (s *planSchema) keys(url string) []string {
	props, _ := s.at(url)["properties"].(map[string]any)
	keys := make([]string, 0, len(props))
	for k := range props {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (s *planSchema) at(url string) map[string]any {
	_, pointer, _ := strings.Cut(url, "#")
	here := s.raw
	for part := range strings.SplitSeq(strings.Trim(pointer, "/"), "/") {
		if next, ok := here[part].(map[string]any); ok {
			here = next
		}
		if ref, ok := here["$ref"].(string); ok {
			here = s.at(ref)
		}
	}
	return here
}

func texts(values []any) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = fmt.Sprint(v)
	}
	return out
}
