package journal

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"github.com/centogiorni/centogiorni/onboarding"
)

// State tells open onboardings from ended ones.
type State string

const (
	StateOpen  State = "open"
	StateEnded State = "ended"
)

// Filter chooses contracts; an empty field lets everything through.
type Filter struct {
	Owner  string // a person's id
	Phase  onboarding.Phase
	Health string
	State  State
	// Query holds beginnings of words of the company, the contract's id or the customer's id, all of which must be
	// found; upper case and accents do not matter. Words past the fourth are not looked at.
	Query string
	// After is the cursor of the page before, as Contracts gave it out.
	After string
	Limit int // 50 when 0, at most 500
}

const (
	defaultPage, largestPage = 50, 500
	// queryWords bounds the words of a search.
	queryWords = 4
)

// Contracts lists the newest run of every contract that the filter lets through, the latest started first, one page a
// call. Next is the cursor of the following page, "" at the end.
func (j *Journal) Contracts(ctx context.Context, f Filter) (rows []ContractRow, next string, err error) {
	limit := pageSize(f.Limit)
	query, args, err := contractsQuery(j.dialect, f, limit+1)
	if err != nil {
		return nil, "", err
	}
	rows, err = list(ctx, j.read, scanContract, query, args...)
	if err != nil {
		return nil, "", fmt.Errorf("list the contracts: %w", err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = cursor(rows[limit-1])
	}
	return rows, next, nil
}

func pageSize(limit int) int {
	if limit <= 0 {
		return defaultPage
	}
	return min(limit, largestPage)
}

// contractsQuery is one page as one query, walking one index: that of the choosiest filter, whose order is the page's.
// Open and ended contracts stand apart in every index, so a page of both merges two such walks.
func contractsQuery(d dialect, f Filter, limit int) (string, []any, error) {
	var args []any
	arg := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	conditions := []string{"latest"}
	walked := false
	for _, filter := range []struct{ column, value string }{
		{"owner", f.Owner}, {"health", f.Health}, {"phase", string(f.Phase)},
	} {
		if filter.value == "" {
			continue
		}
		column := filter.column
		if walked {
			column = d.filterOnly(column)
		}
		walked = true
		conditions = append(conditions, column+" = "+arg(filter.value))
	}
	for _, prefix := range searched(f.Query) {
		// U+10FFFF sorts after every letter, so the range holds every word that begins so.
		conditions = append(conditions, fmt.Sprintf("contract IN (SELECT contract FROM contract_words WHERE word >= %s AND word < %s)",
			arg(prefix), arg(prefix+"\U0010FFFF")))
	}
	if f.After != "" {
		startedAt, contract, err := parseCursor(f.After)
		if err != nil {
			return "", nil, err
		}
		conditions = append(conditions, fmt.Sprintf("(started_at, contract) < (%s, %s)", arg(startedAt), arg(contract)))
	}
	most := arg(limit)
	walk := func(columns, ended string) string {
		return "SELECT " + columns + " FROM contracts WHERE " + strings.Join(conditions, " AND ") + " AND ended = " + ended +
			" ORDER BY started_at DESC, contract DESC LIMIT " + most
	}
	switch f.State {
	case StateOpen:
		return walk(contractColumns, "FALSE"), args, nil
	case StateEnded:
		return walk(contractColumns, "TRUE"), args, nil
	case "":
		columns := contractColumns + ", contract"
		return "SELECT " + contractColumns + " FROM (SELECT * FROM (" + walk(columns, "FALSE") + ") AS open" +
			" UNION ALL SELECT * FROM (" + walk(columns, "TRUE") + ") AS closed) AS page" +
			" ORDER BY started_at DESC, contract DESC LIMIT " + most, args, nil
	}
	return "", nil, fmt.Errorf("list the contracts: %q is no state: open, ended or nothing", f.State)
}

// cursor names the last row of a page.
func cursor(last ContractRow) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d/%s", last.StartedAt.UnixMicro(), last.Contract.ID))
}

func parseCursor(s string) (startedAt time.Time, contract string, err error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return startedAt, "", ErrCursor
	}
	number, contract, ok := strings.Cut(string(b), "/")
	us, err := strconv.ParseInt(number, 10, 64)
	if !ok || err != nil {
		return startedAt, "", ErrCursor
	}
	return time.UnixMicro(us).UTC(), contract, nil
}

// words are the words that texts are found by: whatever stands between spaces, and the runs of letters and digits in it.
func words(texts ...string) []string {
	var all []string
	for _, text := range texts {
		for _, word := range strings.Fields(folded(text)) {
			all = append(all, word)
			all = append(all, strings.FieldsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// searched are the beginnings of words that a query asks for.
func searched(query string) []string {
	asked := strings.Fields(folded(query))
	return asked[:min(len(asked), queryWords)]
}

// folded is text in lower case, without accents, fit for the database.
func folded(s string) string {
	plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), clean(s))
	if err != nil {
		plain = clean(s)
	}
	return strings.ToLower(plain)
}
