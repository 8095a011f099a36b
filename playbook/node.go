package playbook

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// document is a YAML document as a JSON Schema sees it, with the line of every value in it.
type document struct {
	file  string
	first int // line of the file on which the document begins
	root  *yaml.Node
	value any
	lines map[string]int // instance path, as "/touches/3/offset" -> line of the file
}

// readDocument reads one YAML document. Its faults are those of the syntax; with one of them there is no document.
func readDocument(file string, src []byte, first int, faults *Faults) (*document, bool) {
	dec := yaml.NewDecoder(bytes.NewReader(src))
	var n yaml.Node
	if err := dec.Decode(&n); err != nil {
		if errors.Is(err, io.EOF) {
			faults.add(file, first, "write at least the required keys", "it is empty")
			return nil, false
		}
		line, what := yamlError(err)
		faults.add(file, first-1+line, "mend the YAML; quote a value that holds a colon, a brace or a #",
			"this is no YAML: %s", what)
		return nil, false
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		faults.add(file, first, "keep one document a file, without a line of three dashes in it", "it holds a second document")
		return nil, false
	}
	d := &document{file: file, first: first, root: n.Content[0], lines: map[string]int{}}
	before := len(*faults)
	d.value = d.convert(d.root, "", faults)
	return d, len(*faults) == before
}

// line is where the value at an instance path stands; of a missing one, where its nearest parent stands.
func (d *document) line(path string) int {
	for path != "" {
		if l, ok := d.lines[path]; ok {
			return l
		}
		path = path[:strings.LastIndexByte(path, '/')]
	}
	return d.lines[""]
}

// convert makes of a node what encoding/json would have made. A plain number with a plus sign stays text: it is an
// offset; so does a date.
func (d *document) convert(n *yaml.Node, path string, faults *Faults) any {
	line := d.first - 1 + n.Line
	if _, ok := d.lines[path]; !ok {
		d.lines[path] = line
	}
	switch n.Kind {
	case yaml.MappingNode:
		return d.convertMapping(n, path, faults)
	case yaml.SequenceNode:
		out := make([]any, len(n.Content))
		for i, c := range n.Content {
			out[i] = d.convert(c, path+"/"+strconv.Itoa(i), faults)
		}
		return out
	case yaml.AliasNode:
		faults.add(d.file, line, "write the value out", "an alias is not allowed here")
		return nil
	}
	switch n.ShortTag() {
	case "!!bool":
		return strings.EqualFold(n.Value, "true")
	case "!!null":
		return nil
	case "!!int":
		if i, err := strconv.Atoi(n.Value); err == nil && !strings.HasPrefix(n.Value, "+") {
			return i
		}
	}
	return n.Value
}

func (d *document) convertMapping(n *yaml.Node, path string, faults *Faults) any {
	out := make(map[string]any, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, line := n.Content[i].Value, d.first-1+n.Content[i].Line
		if _, twice := out[key]; twice {
			faults.add(d.file, line, "keep one of the two", "the key %q comes twice", key)
			continue
		}
		sub := path + "/" + key
		d.lines[sub] = line
		out[key] = d.convert(n.Content[i+1], sub, faults)
	}
	return out
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// yamlError splits an error of the YAML library into its line and what is wrong.
func yamlError(err error) (line int, what string) {
	msg := err.Error()
	m := yamlLine.FindStringSubmatch(msg)
	line = 1
	if m != nil {
		msg = msg[len(m[0]):]
		if m[1] != "" {
			line, _ = strconv.Atoi(m[1])
		}
	}
	if parserError.MatchString(msg) {
		line++ // the library counts these from 0
	}
	return line, msg
}

var parserError = regexp.MustCompile(`^did not find expected (<document start>|node content|'-' indicator|key|',' or )`)
