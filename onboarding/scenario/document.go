package scenario

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxFile bounds a scenario, in bytes.
const maxFile = 1 << 20

// Fault is one thing wrong with a file. Field is its path, such as events[3].kind.
type Fault struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Field   string `json:"field,omitempty"`
	Problem string `json:"problem"`
}

// Faults is everything wrong with a file, ordered by line and printed one a line as file:line: field: problem.
type Faults []Fault

func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, fault := range f {
		field := ""
		if fault.Field != "" {
			field = fault.Field + ": "
		}
		lines[i] = fmt.Sprintf("%s:%d: %s%s", fault.File, fault.Line, field, fault.Problem)
	}
	return strings.Join(lines, "\n")
}

// document collects the faults of one file.
type document struct {
	file   string
	faults Faults
}

func (d *document) add(line int, field, problem string) {
	d.faults = append(d.faults, Fault{File: d.file, Line: max(line, 1), Field: field, Problem: problem})
}

func (d *document) err() error {
	if len(d.faults) == 0 {
		return nil
	}
	slices.SortStableFunc(d.faults, func(a, b Fault) int { return a.Line - b.Line })
	return d.faults
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line ([0-9]+): )?(.*)`)

// read gives the mapping that is the file; nil after a fault.
func (d *document) read(data []byte) *yaml.Node {
	if len(data) > maxFile {
		d.add(1, "", fmt.Sprintf("%d bytes: a file has at most %d", len(data), maxFile))
		return nil
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	err := dec.Decode(&doc)
	if err == nil {
		if err = dec.Decode(&more); err == nil {
			d.add(more.Line, "", "a second document: write one document in a file")
			return nil
		}
	} else if errors.Is(err, io.EOF) {
		d.add(1, "", "the file is empty")
		return nil
	}
	if !errors.Is(err, io.EOF) {
		m := yamlLine.FindStringSubmatch(strings.ReplaceAll(err.Error(), "\n", " "))
		if m == nil {
			m = []string{"", "", err.Error()}
		}
		line, _ := strconv.Atoi(m[1])
		d.add(line, "", "not YAML: "+m[2])
		return nil
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		d.add(doc.Line, "", "write keys and values, as in events: []")
		return nil
	}
	return doc.Content[0]
}

// value is the node as encoding/json writes it, objects as raw JSON so that their order and repetitions stay.
func (d *document) value(n *yaml.Node, path string, event bool) any {
	switch n.Kind {
	case yaml.MappingNode:
		return d.object(n, path, event)
	case yaml.SequenceNode:
		items := make([]any, len(n.Content))
		for i, item := range n.Content {
			items[i] = d.value(item, fmt.Sprintf("%s[%d]", path, i), false)
		}
		return items
	case yaml.ScalarNode:
		return scalar(n)
	}
	d.add(n.Line, path, "anchors and aliases are not read here: write the value out")
	return nil
}

func (d *document) object(n *yaml.Node, path string, event bool) any {
	var out bytes.Buffer
	out.WriteByte('{')
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, item := n.Content[i], n.Content[i+1]
		field := strings.TrimPrefix(path+"."+key.Value, ".")
		if key.Kind != yaml.ScalarNode {
			d.add(key.Line, path, "a key must be a word")
			continue
		}
		if first := position(n, key.Value); first < i {
			d.add(key.Line, field, fmt.Sprintf("written twice, first on line %d: keep one", n.Content[first].Line))
			continue
		}
		if event && key.Value == "at" {
			continue
		}
		value := d.value(item, field, false)
		if event && item.Kind == yaml.ScalarNode && value != nil {
			value = item.Value
		}
		name, _ := json.Marshal(key.Value)
		text, err := json.Marshal(value)
		if err != nil {
			continue // a fault below has been reported
		}
		if out.Len() > 1 {
			out.WriteByte(',')
		}
		fmt.Fprintf(&out, "%s:%s", name, text)
	}
	out.WriteByte('}')
	return json.RawMessage(out.Bytes())
}

// scalar is null, a truth, a whole number or text; dates and all other numbers are text as written.
func scalar(n *yaml.Node) any {
	switch n.Tag {
	case "!!null":
		return nil
	case "!!bool":
		return n.Value == "true" || n.Value == "True" || n.Value == "TRUE"
	case "!!int":
		if i, err := strconv.Atoi(n.Value); err == nil {
			return i
		}
	}
	return n.Value
}

// position is the index of a key's first place in a mapping, -1 where it has none.
func position(n *yaml.Node, key string) int {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key && n.Content[i].Kind == yaml.ScalarNode {
			return i
		}
	}
	return -1
}

// child is the value of a key; nil where there is none.
func child(n *yaml.Node, key string) *yaml.Node {
	if i := position(n, key); n.Kind == yaml.MappingNode && i >= 0 {
		return n.Content[i+1]
	}
	return nil
}

// find is the deepest node on a path such as dossier.promises[0].due, the node itself where the path leads nowhere. It
// gives keys rather than values, so that a fault stands on the line of its name.
func find(n *yaml.Node, path string) *yaml.Node {
	deepest := n
	for path != "" {
		name, rest, _ := strings.Cut(path, ".")
		name, index, indexed := strings.Cut(name, "[")
		i := position(n, name)
		if n.Kind != yaml.MappingNode || i < 0 {
			break
		}
		deepest, n = n.Content[i], n.Content[i+1]
		if indexed {
			k, err := strconv.Atoi(strings.TrimSuffix(index, "]"))
			if err != nil || n.Kind != yaml.SequenceNode || k >= len(n.Content) {
				break
			}
			n = n.Content[k]
			deepest = n
		}
		path = rest
	}
	return deepest
}
