package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/remorse"
)

// classified is one line of the answer; every field is always there.
type classified struct {
	Intent     remorse.Intent    `json:"intent"`
	Doubt      *onboarding.Doubt `json:"doubt"`
	Confidence float64           `json:"confidence"`
	Evidence   []string          `json:"evidence"`
	Unsure     bool              `json:"unsure"`
}

func classifyCommand(a *app) *cobra.Command {
	var language string
	c := &cobra.Command{
		Use:   "classify",
		Short: "Say what replies want and which doubt they voice",
		Long: "Read replies on standard input, one a line, and print a JSON line each: {intent, doubt, confidence, evidence, unsure}.\n" +
			"An empty line is an empty reply and gives a line too. The two characters \\n inside a line are a line break of the reply, so\n" +
			"that a whole mail with its quotes and signature fits on one line.",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if language != "" && !slices.Contains(remorse.Languages, language) {
				return usagef("--language %q is none of %s", language, strings.Join(remorse.Languages, ", "))
			}
			return classify(a.in, a.out, language)
		},
	}
	c.Flags().StringVar(&language, "language", "", "it or en; found by the words without")
	return c
}

// classify answers each line as it comes, so that it can stand in a pipe that stays open.
func classify(in io.Reader, out io.Writer, language string) error {
	lines := bufio.NewReader(in)
	answers := json.NewEncoder(out)
	answers.SetEscapeHTML(false)
	for last := false; !last; {
		line, err := lines.ReadString('\n')
		last = errors.Is(err, io.EOF)
		switch {
		case err != nil && !last:
			return fmt.Errorf("standard input: %w", err)
		case last && line == "":
			continue
		}
		if err := answers.Encode(classifyLine(strings.TrimRight(line, "\r\n"), language)); err != nil {
			return err
		}
	}
	return nil
}

func classifyLine(line, language string) classified {
	text := strings.NewReplacer(`\r\n`, "\n", `\n`, "\n").Replace(strings.ToValidUTF8(line, " "))
	r := remorse.Read(text, language)
	c := classified{Intent: r.Intent, Confidence: r.Confidence, Evidence: r.Evidence, Unsure: r.Unsure}
	if r.Doubt != remorse.DoubtNone {
		c.Doubt = &r.Doubt
	}
	if c.Evidence == nil {
		c.Evidence = []string{}
	}
	return c
}
