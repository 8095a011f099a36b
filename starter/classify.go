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
	// OptOut asks for no more of our mails; left out where it is not so.
	OptOut bool `json:"opt_out,omitempty"`
}

func classifyCommand(a *app) *cobra.Command {
	var language string
	c := &cobra.Command{
		Use:   "classify [REPLY]",
		Short: "Say what replies want and which doubt they voice",
		Long: "Read one reply, or without it replies on standard input, one a line, and print a JSON line each: {intent, doubt,\n" +
			"confidence, evidence, unsure}. An empty line is an empty reply and gives a line too. The two characters \\n inside a line are a\n" +
			"line break of the reply, so that a whole mail with its quotes and signature fits on one line.",
		Example: "  starter classify \"Avevo chiesto il rimborso.\"\n  starter classify < replies.txt",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if language != "" && !slices.Contains(remorse.Languages, language) {
				return usagef("--language %q is none of %s", language, strings.Join(remorse.Languages, ", "))
			}
			if len(args) > 0 {
				return answer(a.out, args[0], language)
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
	for last := false; !last; {
		line, err := lines.ReadString('\n')
		last = errors.Is(err, io.EOF)
		switch {
		case err != nil && !last:
			return fmt.Errorf("standard input: %w", err)
		case last && line == "":
			continue
		}
		if err := answer(out, strings.TrimRight(line, "\r\n"), language); err != nil {
			return err
		}
	}
	return nil
}

func answer(out io.Writer, line, language string) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	return e.Encode(classifyLine(line, language))
}

func classifyLine(line, language string) classified {
	text := strings.NewReplacer(`\r\n`, "\n", `\n`, "\n").Replace(strings.ToValidUTF8(line, " "))
	r := remorse.Read(text, language)
	c := classified{Intent: r.Intent, Confidence: r.Confidence, Evidence: r.Evidence, Unsure: r.Unsure, OptOut: r.OptOut}
	if r.Doubt != remorse.DoubtNone {
		c.Doubt = &r.Doubt
	}
	if c.Evidence == nil {
		c.Evidence = []string{}
	}
	return c
}
