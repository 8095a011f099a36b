package service

import (
	"cmp"
	"slices"
	"time"
)

// By is what a report is divided by; "" is not divided.
type By string

const (
	ByOwner   By = "owner"
	ByPhase   By = "phase"
	ByStage   By = "stage"
	ByChannel By = "channel"
)

// Divisions lists what a report can be divided by.
var Divisions = []By{ByPhase, ByStage, ByChannel, ByOwner}

// group is the part of a report that something belongs to.
func (b By) group(s Setting) string {
	switch b {
	case ByOwner:
		return s.Owner
	case ByPhase:
		return string(s.Phase)
	case ByStage:
		return string(s.Stage)
	case ByChannel:
		return string(s.Channel)
	}
	return ""
}

// Clock is what the measures of one kind and group amount to.
type Clock struct {
	Kind  Kind   `json:"clock"`
	Group string `json:"group,omitempty"`
	N     int    `json:"n"`    // measures, open ones included
	Open  int    `json:"open"` // nobody ended them yet
	// Minutes of those that ended, by the clock on the wall and in the owner's hours; absent where there is none.
	Median        *int `json:"median_minutes,omitempty"`
	P90           *int `json:"p90_minutes,omitempty"`
	WorkingMedian *int `json:"working_median_minutes,omitempty"`
	WorkingP90    *int `json:"working_p90_minutes,omitempty"`
}

// Quality counts what customers of one group said of their answers.
type Quality struct {
	Group     string `json:"group,omitempty"`
	N         int    `json:"n"`
	Resolving int    `json:"resolving"`
	Confusing int    `json:"confusing"`
	Interim   int    `json:"interim"`
}

// Clocks adds up measures by kind and group, in the order of Kinds, then of the groups' names.
func Clocks(measures []Measure, by By) []Clock {
	type key struct {
		kind  Kind
		group string
	}
	sorted := map[key][]Measure{}
	var keys []key
	for _, m := range measures {
		k := key{m.Kind, by.group(m.Setting)}
		if sorted[k] == nil {
			keys = append(keys, k)
		}
		sorted[k] = append(sorted[k], m)
	}
	slices.SortFunc(keys, func(a, b key) int {
		return cmp.Or(slices.Index(Kinds, a.kind)-slices.Index(Kinds, b.kind), cmp.Compare(a.group, b.group))
	})
	out := make([]Clock, 0, len(keys))
	for _, k := range keys {
		out = append(out, clockOf(k.kind, k.group, sorted[k]))
	}
	return out
}

func clockOf(kind Kind, group string, measures []Measure) Clock {
	c := Clock{Kind: kind, Group: group, N: len(measures)}
	var wall, working []time.Duration
	for _, m := range measures {
		if m.Open() {
			c.Open++
			continue
		}
		wall = append(wall, m.Elapsed)
		if m.Working >= 0 {
			working = append(working, m.Working)
		}
	}
	c.Median, c.P90 = quantile(wall, 50), quantile(wall, 90)
	c.WorkingMedian, c.WorkingP90 = quantile(working, 50), quantile(working, 90)
	return c
}

// quantile is the least value that so many percent of all do not exceed, in whole minutes; nil of none.
func quantile(all []time.Duration, percent int) *int {
	if len(all) == 0 {
		return nil
	}
	slices.Sort(all)
	minutes := int(all[(len(all)*percent+99)/100-1].Round(time.Minute) / time.Minute)
	return &minutes
}

// Qualities adds up judgements by group.
func Qualities(judgements []Judgement, by By) []Quality {
	out := []Quality{}
	for _, j := range judgements {
		group := by.group(j.Setting)
		i, found := slices.BinarySearchFunc(out, group, func(q Quality, g string) int { return cmp.Compare(q.Group, g) })
		if !found {
			out = slices.Insert(out, i, Quality{Group: group})
		}
		q := &out[i]
		q.N++
		switch j.Value {
		case "resolving":
			q.Resolving++
		case "confusing":
			q.Confusing++
		case "interim":
			q.Interim++
		}
	}
	return out
}
