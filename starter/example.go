package main

import (
	_ "embed"
	"encoding/json"
	"regexp"
	"slices"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// exampleCSV is an import file of three customers. Its dates are moved when it is printed: a file with fixed ones would
// be refused a hundred days later.
//
//go:embed example.csv
var exampleCSV []byte

var exampleDate = regexp.MustCompile(`\b\d{4}-\d{2}-\d{2}`)

// example is the example with its dates moved by whole weeks, so that the latest lies in the week before today.
func example(today onboarding.Date) []byte {
	days := exampleDate.FindAllString(string(exampleCSV), -1)
	latest, err := onboarding.ParseDate(slices.Max(days))
	if err != nil {
		panic(err) // a slip in example.csv
	}
	since := today.DaysSince(latest) - 1
	weeks := (since - (since%7+7)%7) / 7
	return exampleDate.ReplaceAllFunc(exampleCSV, func(day []byte) []byte {
		d, err := onboarding.ParseDate(string(day))
		if err != nil {
			panic(err)
		}
		return []byte(d.AddDays(7 * weeks).String())
	})
}

// printExample prints the example in one of the forms that import reads.
func (a *app) printExample(format string) error {
	format, err := formatOf("", format)
	if err != nil {
		return err
	}
	text := example(onboarding.DateOf(time.Now().UTC()))
	if format == "csv" {
		_, err := a.out.Write(text)
		return err
	}
	b, err := readCSV(text)
	if err != nil {
		return err
	}
	lines := json.NewEncoder(a.out)
	lines.SetEscapeHTML(false)
	for _, r := range b.records {
		err := lines.Encode(struct {
			onboarding.Contract
			Milestones map[string]string `json:"milestones,omitempty"`
		}{r.contract, r.milestones})
		if err != nil {
			return err
		}
	}
	return nil
}
