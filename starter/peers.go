package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/scenario"
)

func peersCommand(a *app) *cobra.Command {
	c := &cobra.Command{Use: "peers", Short: "Customers of long standing who may be introduced to new ones"}
	c.AddCommand(peersImportCommand(a), peersListCommand(a), peersConsentCommand(a))
	return c
}

func peersImportCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "import peers.yaml|-",
		Short: "Add peers, or replace those with the same id",
		Long: "Add peers, or replace those with the same id; who is not in the file stays as they are. All of the file or nothing.\n" +
			"Only peers with consent are asked, each at most capacity times in any 90 days, and to every introduction they say yes or no.",
		Example: "  starter peers import examples/peers.yaml",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return storeList(cmd.Context(), a, args[0], "peers", scenario.ParsePeers, (*journal.Journal).PutPeers,
				func(p onboarding.Peer) string { return p.ID })
		},
	}
}

// pooled is a peer with what was asked of them lately.
type pooled struct {
	onboarding.Peer
	Asked int  `json:"asked"` // in the last 90 days, those who are being asked included
	Kept  bool `json:"kept"`  // for a customer, right now
}

func peersListCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the pool, with what was asked of each in the last 90 days",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			j, err := a.journal(cmd.Context())
			if err != nil {
				return err
			}
			peers, err := j.Peers(cmd.Context())
			if err != nil {
				return err
			}
			places, err := j.Places(cmd.Context(), clock().AddDate(0, 0, -onboarding.PeerDays))
			if err != nil {
				return err
			}
			pool := make([]pooled, len(peers))
			for i, p := range peers {
				pool[i].Peer = p
				for _, place := range places {
					if place.Peer == p.ID && place.State != onboarding.PlaceReleased {
						pool[i].Asked++
						pool[i].Kept = pool[i].Kept || place.State == onboarding.PlaceKept
					}
				}
			}
			if a.json() {
				return a.print(pool)
			}
			t := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(t, "id\tcompany\tcontact\temail\tlanguage\tindustry\tsegment\tconsent\tasked\tkept")
			for _, p := range pool {
				fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d of %d\t%s\n", p.ID, p.Company, p.Contact, p.Email, p.Language, p.Industry,
					p.Segment, yesOr(p.Consent, "no"), p.Asked, max(p.Capacity, 1), yesOr(p.Kept, ""))
			}
			return t.Flush()
		},
	}
}

func yesOr(is bool, otherwise string) string {
	if is {
		return "yes"
	}
	return otherwise
}

func peersConsentCommand(a *app) *cobra.Command {
	var withdrawn bool
	c := &cobra.Command{
		Use:   "consent ID",
		Short: "Note that a peer agreed to be asked, or does not any more",
		Long: "Note that a peer agreed to be asked. A customer who said yes to the mail that asks them is in the pool as a candidate\n" +
			"and is asked by nobody until this is said.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			j, err := a.journal(cmd.Context())
			if err != nil {
				return err
			}
			if err := j.ConsentPeer(cmd.Context(), args[0], !withdrawn); err != nil {
				return err
			}
			word := "may be asked"
			if withdrawn {
				word = "is not asked any more"
			}
			return a.say(map[string]any{"peer": args[0], "consent": !withdrawn}, "%s %s", args[0], word)
		},
	}
	c.Flags().BoolVar(&withdrawn, "withdrawn", false, "the peer does not want to be asked any more")
	return c
}
