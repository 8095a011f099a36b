package main

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// object is a JSON object put together cell by cell. Entries of a list that no cell filled are left out, so that a line
// may leave the third contact empty and name a fourth.
type object struct {
	names []string
	items []any // a value, *object or *entries
}

// entries are those of a list, by their index in the file.
type entries struct {
	indices []int
	items   []*object
}

// set puts a value at a path.
func (o *object) set(path []step, v any) {
	s := path[0]
	i := slices.Index(o.names, s.name)
	if i < 0 {
		i = len(o.names)
		o.names = append(o.names, s.name)
		switch {
		case s.index >= 0:
			o.items = append(o.items, &entries{})
		case len(path) > 1:
			o.items = append(o.items, &object{})
		default:
			o.items = append(o.items, v)
		}
	}
	switch item := o.items[i].(type) {
	case *entries:
		item.at(s.index).set(path[1:], v)
	case *object:
		item.set(path[1:], v)
	}
}

// at is the entry of an index, made where it is new.
func (e *entries) at(index int) *object {
	i, ok := slices.BinarySearch(e.indices, index)
	if !ok {
		e.indices = slices.Insert(e.indices, i, index)
		e.items = slices.Insert(e.items, i, &object{})
	}
	return e.items[i]
}

// MarshalJSON writes the object in the order of the columns.
func (o *object) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, name := range o.names {
		text, err := json.Marshal(o.items[i])
		if err != nil {
			return nil, err
		}
		if i > 0 {
			out = append(out, ',')
		}
		out = append(strconv.AppendQuote(out, name), ':')
		out = append(out, text...)
	}
	return append(out, '}'), nil
}

// MarshalJSON writes the entries without the gaps.
func (e *entries) MarshalJSON() ([]byte, error) { return json.Marshal(e.items) }

// original is a path of the written JSON as the file's header has it.
func (o *object) original(path string) string {
	name, rest, more := strings.Cut(path, ".")
	base, index, listed := strings.Cut(strings.TrimSuffix(name, "]"), "[")
	i := slices.Index(o.names, base)
	if i < 0 {
		return path
	}
	below := o
	switch item := o.items[i].(type) {
	case *object:
		below = item
	case *entries:
		k, err := strconv.Atoi(index)
		if !listed || err != nil || k >= len(item.items) {
			return path
		}
		name, below = base+"["+strconv.Itoa(item.indices[k])+"]", item.items[k]
	default:
		return path
	}
	if !more {
		return name
	}
	return name + "." + below.original(rest)
}
