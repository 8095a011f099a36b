package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/scenario"
)

func peopleCommand(a *app) *cobra.Command {
	c := &cobra.Command{Use: "people", Short: "Our people: owners, sales, managers"}
	c.AddCommand(peopleImportCommand(a), peopleListCommand(a))
	return c
}

func peopleImportCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "import people.yaml|-",
		Short: "Add people, or replace those with the same id",
		Long: "Add people, or replace those with the same id; who is not in the file stays as they are. All of the file or nothing.\n" +
			"Contracts refer to people by id. Onboardings that run keep a person as they were when they began: to give them the new\n" +
			"version, use starter owner. An owner's mode alone holds at once, from the next send on.",
		Example: "  starter people import examples/people.yaml",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return storeList(cmd.Context(), a, args[0], "people", scenario.ParsePeople, (*journal.Journal).PutPeople,
				func(p onboarding.Person) string { return p.ID })
		},
	}
}

// storeList reads a file that is a list under one key, people or peers, and stores all of it or nothing.
func storeList[T any](ctx context.Context, a *app, file, key string, parse func(data []byte, file string) ([]T, error),
	put func(*journal.Journal, context.Context, []T) error, id func(T) string) error {
	data, err := a.read(file)
	if err != nil {
		return err
	}
	list, err := parse(data, file)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return fmt.Errorf("%s: %s: the list is empty", file, key)
	}
	j, err := a.journal(ctx)
	if err != nil {
		return err
	}
	if err := put(j, ctx, list); err != nil {
		return err
	}
	ids := make([]string, len(list))
	for i, x := range list {
		ids[i] = id(x)
	}
	return a.say(map[string]any{key: ids}, "%d %s stored: %s", len(ids), key, strings.Join(ids, ", "))
}

func peopleListCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List our people",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			j, err := a.journal(cmd.Context())
			if err != nil {
				return err
			}
			people, err := j.People(cmd.Context())
			if err != nil {
				return err
			}
			if a.json() {
				return a.print(append([]onboarding.Person{}, people...))
			}
			t := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(t, "id\tname\temail\tzone\thours\tbackup\tlead\tmode\tleave")
			for _, p := range people {
				fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", p.ID, p.Name, p.Email, p.TimeZone, p.Hours, p.Backup, p.Lead, p.Mode, leaves(p))
			}
			return t.Flush()
		},
	}
}

func leaves(p onboarding.Person) string {
	spans := make([]string, len(p.Leave))
	for i, l := range p.Leave {
		spans[i] = fmt.Sprintf("%s to %s", l.From, l.To)
	}
	return strings.Join(spans, ", ")
}
