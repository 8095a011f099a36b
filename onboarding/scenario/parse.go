package scenario

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/centogiorni/centogiorni/onboarding"
)

// keys are what a scenario may say; "at" belongs to an event.
var keys = []string{"name", "description", "events", "people", "peers"}

// Parse reads a scenario. The file's name serves the faults alone; the error is Faults.
func Parse(data []byte, file string) (Scenario, error) {
	d := document{file: file}
	root := d.read(data)
	if root == nil {
		return Scenario{}, d.err()
	}
	s := d.frame(root, keys)
	events := child(root, "events")
	switch {
	case events == nil:
		d.add(root.Line, "events", "required: write the list of events, or [] where nothing happens")
	case events.Kind != yaml.SequenceNode:
		d.add(events.Line, "events", "write a list of events, each with at and kind")
	default:
		for i, item := range events.Content {
			s.Steps = append(s.Steps, d.step(item, fmt.Sprintf("events[%d]", i)))
		}
	}
	return s, d.err()
}

// ParsePeople reads people.yaml: our people under the key people, as in a scenario. The error is Faults.
func ParsePeople(data []byte, file string) ([]onboarding.Person, error) {
	d := document{file: file}
	root := d.read(data)
	if root == nil {
		return nil, d.err()
	}
	if child(root, "people") == nil {
		d.add(root.Line, "people", "required: write the list of people, each with id, name and email")
	}
	s := d.frame(root, []string{"people"})
	return s.People, d.err()
}

// peerKeys are what a file of peers may say.
var peerKeys = []string{"peers"}

// ParsePeers reads peers.yaml: the customers who may be introduced, under the key peers as in a scenario, each with
// contact and email. The error is Faults.
func ParsePeers(data []byte, file string) ([]onboarding.Peer, error) {
	d := document{file: file}
	root := d.read(data)
	if root == nil {
		return nil, d.err()
	}
	if child(root, "peers") == nil {
		d.add(root.Line, "peers", "required: write the list of peers, each with id, company, contact, email and language")
	}
	s := d.frame(root, peerKeys)
	return s.Peers, d.err()
}

// frame reads everything but the events.
func (d *document) frame(root *yaml.Node, allowed []string) Scenario {
	var frame struct {
		Name        string              `json:"name"`
		Description string              `json:"description"`
		People      []onboarding.Person `json:"people"`
		Peers       []onboarding.Peer   `json:"peers"`
	}
	rest := &yaml.Node{Kind: yaml.MappingNode}
	for i := 0; i < len(root.Content); i += 2 {
		switch key := root.Content[i]; {
		case position(root, key.Value) < i:
			d.add(key.Line, key.Value, "written twice: keep one")
		case !slices.Contains(allowed, key.Value):
			d.add(key.Line, key.Value, "no such key: write "+strings.Join(allowed, ", "))
		case key.Value != "events":
			rest.Content = append(rest.Content, root.Content[i:i+2]...)
		}
	}
	d.take(onboarding.Decode(d.json(rest, "", false), &frame), root, "")
	d.take(onboarding.ValidatePeople(frame.People), root, "")
	d.take(onboarding.ValidatePeers(frame.Peers, !slices.Equal(allowed, peerKeys)), root, "")
	for i := range frame.Peers {
		if child(child(root, "peers").Content[i], "capacity") == nil {
			frame.Peers[i].Capacity = 1
		}
		if p := &frame.Peers[i]; p.Email == "" { // a scenario may leave it out
			p.Email = p.ID + "@peer.example"
		}
	}
	return Scenario{Name: frame.Name, Description: frame.Description, People: frame.People, Peers: frame.Peers}
}

// step reads one event: its time here, the rest as the API reads it.
func (d *document) step(item *yaml.Node, path string) Step {
	step := Step{Line: item.Line}
	if item.Kind != yaml.MappingNode {
		d.add(item.Line, path, `write an event as {at: "day 9 10:30", kind: email_reply, text: "..."}`)
		return step
	}
	when := child(item, "at")
	if when == nil {
		d.add(item.Line, path+".at", `required: write "day 9 10:30", or RFC 3339`)
	} else if w, err := ParseWhen(when.Value); err != nil {
		d.add(when.Line, path+".at", err.Error())
	} else {
		step.When = w
	}
	step.relative = relatives(item)
	e, err := onboarding.ParseEvent(d.json(item, path, true))
	d.take(err, item, path)
	step.Event = e
	return step
}

// json writes a mapping as JSON. Of an event, the values beside its objects are text whatever YAML makes of them, and
// its time is left out.
func (d *document) json(n *yaml.Node, path string, event bool) []byte {
	text, err := json.Marshal(d.object(n, path, event))
	if err != nil {
		d.add(n.Line, path, err.Error())
	}
	return text
}

// take turns faults of the onboarding package into faults of this file.
func (d *document) take(err error, n *yaml.Node, path string) {
	var faults onboarding.Faults
	if !errors.As(err, &faults) {
		return
	}
	for _, f := range faults {
		field := f.Field
		if path != "" && field != "" {
			field = path + "." + field
		} else if field == "" {
			field = path
		}
		d.add(find(n, f.Field).Line, field, f.Problem)
	}
}
