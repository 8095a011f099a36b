package onboarding_test

import (
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"pgregory.net/rapid"
)

// remove as a value takes the field away.
const remove = "\x00"

func readExample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("../examples/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// change sets fields of a JSON object; each key is a path such as customer.contacts[1].email, each value JSON.
func change(t testing.TB, data []byte, changes map[string]string) []byte {
	t.Helper()
	var root any
	if err := json.Unmarshal(data, &root); err != nil {
		t.Fatal(err)
	}
	for path, value := range changes {
		steps := strings.Split(strings.ReplaceAll(strings.ReplaceAll(path, "]", ""), "[", "."), ".")
		root = set(t, root, steps, value)
	}
	out, err := json.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func set(t testing.TB, at any, steps []string, value string) any {
	if len(steps) == 0 {
		return json.RawMessage(value)
	}
	switch v := at.(type) {
	case map[string]any:
		if len(steps) == 1 && value == remove {
			delete(v, steps[0])
			return v
		}
		v[steps[0]] = set(t, v[steps[0]], steps[1:], value)
		return v
	case []any:
		i, err := strconv.Atoi(steps[0])
		if err != nil || i >= len(v) {
			t.Fatalf("no entry %s", steps[0])
		}
		v[i] = set(t, v[i], steps[1:], value)
		return v
	case nil:
		return map[string]any{steps[0]: set(t, nil, steps[1:], value)}
	}
	t.Fatalf("cannot set %v", steps)
	return nil
}

// fields are the paths of an error's faults.
func fields(t testing.TB, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	var faults onboarding.Faults
	if !errors.As(err, &faults) {
		t.Fatalf("not Faults: %v", err)
	}
	out := make([]string, len(faults))
	for i, f := range faults {
		out[i] = f.Field
	}
	return out
}

// problem is the error's text for one field.
func problem(t testing.TB, err error, field string) string {
	t.Helper()
	var faults onboarding.Faults
	errors.As(err, &faults)
	for _, f := range faults {
		if f.Field == field {
			return f.Problem
		}
	}
	t.Fatalf("no fault at %q in:\n%v", field, err)
	return ""
}

func TestTheExampleContractsAreValid(t *testing.T) {
	for _, name := range []string{"acme.json", "harbor.json"} {
		contract, err := onboarding.ParseContract(readExample(t, name))
		if err != nil {
			t.Errorf("%s:\n%v", name, err)
		}
		if err := contract.ValidateAgainst([]string{"it", "en"}); err != nil {
			t.Errorf("%s:\n%v", name, err)
		}
		if err := contract.Resolve([]onboarding.Person{{ID: "o-7"}}); err != nil {
			t.Errorf("%s:\n%v", name, err)
		}
	}
}

// TestEveryFaultIsNamedByItsField changes the valid example in one place each time; exactly that place must be named.
func TestEveryFaultIsNamedByItsField(t *testing.T) {
	tests := []struct {
		name   string
		change map[string]string
		field  string // where the fault stands
		says   string
	}{
		{"the contract's id is required", map[string]string{"contract_id": remove}, "contract_id", "required"},
		{"an id holds no slash, since workflow ids are made of it", map[string]string{"contract_id": `"a/b"`}, "contract_id", "letters, digits"},
		{"an id does not begin with a dot, since folders are named after it", map[string]string{"contract_id": `".."`}, "contract_id", "letter or digit first"},
		{"an id has at most 100 characters", map[string]string{"contract_id": `"` + strings.Repeat("x", 101) + `"`}, "contract_id", "at most 100"},
		{"the signature is required", map[string]string{"signed_at": remove}, "signed_at", "required"},
		{"the signature has a zone", map[string]string{"signed_at": `"2026-01-15T16:20:00"`}, "signed_at", "with a zone"},
		{"the signature is an instant, not a date", map[string]string{"signed_at": `"2026-01-15"`}, "signed_at", "RFC 3339"},
		{"the year of the signature is of this age", map[string]string{"signed_at": `"0206-01-15T16:20:00Z"`}, "signed_at", "2000 to 2199"},
		{"the product is required", map[string]string{"product": `" "`}, "product", "required"},
		{"the product is one line, since subjects print it", map[string]string{"product": `"a\r\nBcc: x"`}, "product", "one line"},
		{"the value is required", map[string]string{"value": remove}, "value", "required"},
		{"an amount is text, never a number", map[string]string{"value.amount": "12000.00"}, "value.amount", `"12000.00", in quotes`},
		{"an amount has no exponent", map[string]string{"value.amount": `"1e4"`}, "value.amount", "decimal text"},
		{"an amount is not negative", map[string]string{"value.amount": `"-1"`}, "value.amount", "without sign"},
		{"an amount has a point", map[string]string{"value.amount": `"12.000,00"`}, "value.amount", "with a point"},
		{"a currency is ISO 4217", map[string]string{"value.currency": `"EURO"`}, "value.currency", "ISO 4217"},
		{"a currency is in capitals", map[string]string{"value.currency": `"eur"`}, "value.currency", "capital"},
		{"the customer is required", map[string]string{"customer": remove}, "customer", "required"},
		{"the customer's id is required", map[string]string{"customer.id": remove}, "customer.id", "required"},
		{"the company is required", map[string]string{"customer.company": remove}, "customer.company", "required"},
		{"a customer is business or consumer", map[string]string{"customer.kind": `"b2b"`}, "customer.kind", "business, consumer"},
		{"the time zone is required", map[string]string{"customer.time_zone": `""`}, "customer.time_zone", "required"},
		{"the machine's own zone is no time zone", map[string]string{"customer.time_zone": `"Local"`}, "customer.time_zone", "Europe/Rome"},
		{"a time zone is in the database", map[string]string{"customer.time_zone": `"Europe/Roma"`}, "customer.time_zone", "Europe/Rome"},
		{"the country is required", map[string]string{"customer.country": remove}, "customer.country", "required"},
		{"the United Kingdom is GB", map[string]string{"customer.country": `"UK"`}, "customer.country", "GB"},
		{"a country is in capitals", map[string]string{"customer.country": `"it"`}, "customer.country", "capital"},
		{"a language has two letters", map[string]string{"customer.language": `"it-IT"`}, "customer.language", "two small letters"},
		{"there is a contact", map[string]string{"customer.contacts": "[]"}, "customer.contacts", "required"},
		{"there is a decision maker", map[string]string{"customer.contacts[0].role": `"user"`}, "customer.contacts", "decision_maker"},
		{"a role that cannot be read hides no decision maker", map[string]string{"customer.contacts[0].role": "5"}, "customer.contacts[0].role", "in quotes"},
		{"contacts have their own ids", map[string]string{"customer.contacts[2].id": `"luca"`}, "customer.contacts[2].id", "contacts[1]"},
		{"an address is bare", map[string]string{"customer.contacts[1].email": `"Luca <luca@acme.example>"`}, "customer.contacts[1].email", "without a display name"},
		{"an address is required", map[string]string{"customer.contacts[1].email": remove}, "customer.contacts[1].email", "required"},
		{"an address has an at sign", map[string]string{"customer.contacts[1].email": `"luca.acme.example"`}, "customer.contacts[1].email", "name@company"},
		{"a role is known", map[string]string{"customer.contacts[1].role": `"boss"`}, "customer.contacts[1].role", "decision_maker, champion, user, admin, billing"},
		{"a form is lei or tu", map[string]string{"customer.contacts[1].form": `"voi"`}, "customer.contacts[1].form", "lei, tu"},
		{"a closure ends after it begins", map[string]string{"customer.closures": `[{"from":"2026-08-20","to":"2026-08-03"}]`}, "customer.closures[0].to", "before"},
		{"a closure has a first day", map[string]string{"customer.closures": `[{"to":"2026-08-03"}]`}, "customer.closures[0].from", "required"},
		{"a closure is made of dates", map[string]string{"customer.closures": `[{"from":"3 August","to":"2026-08-03"}]`}, "customer.closures[0].from", "2026-01-31"},
		{"a refund has 1 to 400 days", map[string]string{"terms.refund.days": "0"}, "terms.refund.days", "1 to 400"},
		{"a refund's days are a whole number", map[string]string{"terms.refund.days": "30.5"}, "terms.refund.days", "whole number"},
		{"a refund's days are a number", map[string]string{"terms.refund.days": `"30"`}, "terms.refund.days", "text where a number belongs"},
		{"a refund says from when it counts", map[string]string{"terms.refund.counts_from": remove}, "terms.refund.counts_from", "required"},
		{"a refund counts from a known fact", map[string]string{"terms.refund.counts_from": `"delivery"`}, "terms.refund.counts_from", "kickoff_held"},
		{"a refund says how to ask for it", map[string]string{"terms.refund.how": `""`}, "terms.refund.how", "required"},
		{"a refund's page is a web address", map[string]string{"terms.refund.url": `"javascript:alert(1)"`}, "terms.refund.url", "https://"},
		{"a withdrawal has days", map[string]string{"terms.withdrawal": `{"counts_from":"signed"}`}, "terms.withdrawal.days", "1 to 400"},
		{"assistance is unlimited or included", map[string]string{"terms.assistance.kind": `"free"`}, "terms.assistance.kind", "unlimited, included"},
		{"assistance does not end before the signature", map[string]string{"terms.assistance.until": `"2026-01-14"`}, "terms.assistance.until", "before the signature"},
		{"training has a session", map[string]string{"terms.training.sessions": "0"}, "terms.training.sessions", "1 to"},
		{"a return says how", map[string]string{"terms.return": `{"days":14}`}, "terms.return.how", "required"},
		{"an owner is required", map[string]string{"owner": remove}, "owner", "required"},
		{"sales is required", map[string]string{"sales": "null"}, "sales", "required"},
		{"a person written out has an address", map[string]string{"owner.email": remove}, "owner.email", "required"},
		{"a person written out has an id", map[string]string{"owner.id": remove}, "owner.id", "required"},
		{"a person's zone is in the database", map[string]string{"owner.time_zone": `"CEST"`}, "owner.time_zone", "Europe/Rome"},
		{"a person's hours end after they begin", map[string]string{"owner.hours": `"18:00-09:00"`}, "owner.hours", "09:00-18:00"},
		{"a person's hours have four digits each", map[string]string{"owner.hours": `"9-18"`}, "owner.hours", "09:00-18:00"},
		{"a leave ends after it begins", map[string]string{"owner.leave": `[{"from":"2026-08-20","to":"2026-08-03"}]`}, "owner.leave[0].to", "before"},
		{"nobody is their own backup", map[string]string{"owner.backup": `"o-7"`}, "owner.backup", "somebody else"},
		{"an id is one person's in all roles", map[string]string{"sales.id": `"o-7"`}, "sales.id", "owner"},
		{"a goal has a text", map[string]string{"dossier.goals[0].text": remove}, "dossier.goals[0].text", "required"},
		{"a goal was said by a contact", map[string]string{"dossier.goals[0].said_by": `"marco"`}, "dossier.goals[0].said_by", "giulia, luca"},
		{"a promise was made to a contact", map[string]string{"dossier.promises[0].said_to": `"x"`}, "dossier.promises[0].said_to", "no contact"},
		{"a promise is not due before the signature", map[string]string{"dossier.promises[0].due": `"2026-01-14"`}, "dossier.promises[0].due", "before the signature"},
		{"the signing day is the customer's, not UTC's", map[string]string{"signed_at": `"2026-01-14T23:30:00Z"`, "dossier.promises[0].due": `"2026-01-14"`}, "dossier.promises[0].due", "2026-01-15"},
		{"a worry is one of the four doubts", map[string]string{"dossier.worries[1].doubt": `"price"`}, "dossier.worries[1].doubt", "ability, approval, product, value"},
		{"a person of the dossier is a contact", map[string]string{"dossier.people[0].contact": remove}, "dossier.people[0].contact", "required"},
		{"the preferred channel is known", map[string]string{"dossier.preferred_channel": `"pigeon"`}, "dossier.preferred_channel", "phone"},
		{"notes have a length", map[string]string{"dossier.notes": `"` + strings.Repeat("x", 4001) + `"`}, "dossier.notes", "at most 4000"},
		{"a NUL is nowhere, since databases refuse it", map[string]string{"dossier.notes": `"a\u0000b"`}, "dossier.notes", "control characters"},
		{"a list has at most fifty entries", map[string]string{"dossier.worries": `[` + strings.Repeat(`{"doubt":"value"},`, 50) + `{"doubt":"value"}]`}, "dossier.worries", "at most 50"},
		{"an unknown field is refused and the likely one named", map[string]string{"owner.emial": `"x"`}, "owner.emial", "did you mean email?"},
		{"an unknown field is refused at any depth", map[string]string{"dossier.promises[0].xyz": `"x"`}, "dossier.promises[0].xyz", "text, due, said_to, may_repeat"},
		{"names are matched to the letter", map[string]string{"Product": `"x"`}, "Product", "did you mean product?"},
		{"a value of another type is named", map[string]string{"dossier.goals": `{}`}, "dossier.goals", "an object where a list belongs"},
		{"a truth is true or false", map[string]string{"dossier.goals[0].may_repeat": `"yes"`}, "dossier.goals[0].may_repeat", "true or false"},
		{"a part that cannot be read is reported once", map[string]string{"customer": `5`, "dossier": remove}, "customer", "a number where an object belongs"},
		{"an empty entry of a list is refused", map[string]string{"terms.refund": remove, "customer.closures": `[null]`}, "customer.closures[0]", "leave the entry out"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := onboarding.ParseContract(change(t, readExample(t, "acme.json"), tt.change))
			if got := fields(t, err); !slices.Equal(got, []string{tt.field}) {
				t.Errorf("faults at %v, want %q alone:\n%v", got, tt.field, err)
			}
			if got := problem(t, err, tt.field); !strings.Contains(got, tt.says) {
				t.Errorf("%s: %s\nsays nothing of %q", tt.field, got, tt.says)
			}
		})
	}
}

func TestWhatTheDesignAllowsIsAllowed(t *testing.T) {
	tests := map[string]map[string]string{
		"a dossier is optional":                   {"dossier": remove},
		"terms are optional":                      {"terms": remove},
		"each term is optional":                   {"terms.refund": remove, "terms.training": remove},
		"a manager is optional":                   {"manager": remove},
		"a promise's due is optional":             {"dossier.promises[0].due": remove},
		"null is absent":                          {"manager": "null", "dossier": "null"},
		"a person may be an id alone":             {"owner": `{"id":"o-7"}`, "sales": `{"id":"o-7"}`},
		"owner and sales may be one person":       {"sales": `{"id":"o-7","name":"Marco Bianchi","email":"marco@vendor.example"}`},
		"a promise may be due on the signing day": {"dossier.promises[0].due": `"2026-01-15"`},
		"an amount may be zero":                   {"value.amount": `"0"`},
		"a customer may close on no day":          {"customer.closures": "[]"},
		"two contacts may share an address":       {"customer.contacts[2].email": `"luca@acme.example"`},
	}
	for name, changes := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := onboarding.ParseContract(change(t, readExample(t, "acme.json"), changes)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAllFaultsAreReportedAtOnceAndOneALine(t *testing.T) {
	data := change(t, readExample(t, "acme.json"), map[string]string{
		"contract_id": remove, "customer.kind": `"b2b"`, "customer.contacts[3].email": `"x"`, "terms.refund.days": "900",
		"owner": remove, "dossier.worries[0].doubt": remove, "extra": "1", "value.amount": "1",
	})
	_, err := onboarding.ParseContract(data)
	want := []string{"contract_id", "customer.contacts[3].email", "customer.kind", "dossier.worries[0].doubt", "extra", "owner", "terms.refund.days", "value.amount"}
	got := fields(t, err)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("faults at %v\nwant %v", got, want)
	}
	if lines := strings.Split(err.Error(), "\n"); len(lines) != len(want) {
		t.Errorf("%d lines for %d faults:\n%v", len(lines), len(want), err)
	}
}

func TestWhatIsNoJSONSaysWhere(t *testing.T) {
	tests := []struct{ name, input, want string }{
		{"a missing comma, by line and column", "{\n  \"product\": \"è\" \"x\"\n}", "line 2, column 18: "},
		{"an end too early", "{\n", "line 2, column 1: the JSON ends too early"},
		{"nothing at all", "", "line 1, column 1: the JSON ends too early"},
		{"something after the contract", "{}\n{}", "line 2, column 1: "},
		{"a list", "[]", "one JSON object"},
		{"text that is not UTF-8", "{\"product\":\"\xe8\"}", "line 1, column 13: not UTF-8"},
		{"a name written twice", `{"product":"a","product":"b"}`, "product: written twice"},
		{"more than 64 kB", `{"product":"` + strings.Repeat("x", 64<<10) + `"}`, "at most 65536"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := onboarding.ParseContract([]byte(tt.input))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestAByteOrderMarkIsNoFault(t *testing.T) {
	if _, err := onboarding.ParseContract(append([]byte("\xef\xbb\xbf"), readExample(t, "acme.json")...)); err != nil {
		t.Error(err)
	}
}

func TestAContractSurvivesItsOwnJSON(t *testing.T) {
	for _, name := range []string{"acme.json", "harbor.json"} {
		contract, err := onboarding.ParseContract(readExample(t, name))
		if err != nil {
			t.Fatal(err)
		}
		first, _ := json.Marshal(contract)
		again, err := onboarding.ParseContract(first)
		if err != nil {
			t.Fatalf("%s: its own JSON is refused:\n%v", name, err)
		}
		if second, _ := json.Marshal(again); string(first) != string(second) {
			t.Errorf("%s: %s\nbecame %s", name, first, second)
		}
	}
}

// TestTheSignatureKeepsItsOffset: not the machine's zone, even where the two agree, since machines differ.
func TestTheSignatureKeepsItsOffset(t *testing.T) {
	was := time.Local
	defer func() { time.Local = was }()
	time.Local = location(t, "Europe/Rome")
	contract, err := onboarding.ParseContract(readExample(t, "acme.json"))
	if err != nil {
		t.Fatal(err)
	}
	if contract.SignedAt.Location() == time.Local || contract.SignedAt.Format(time.RFC3339) != "2026-01-15T16:20:00+01:00" {
		t.Errorf("%s in %s", contract.SignedAt, contract.SignedAt.Location())
	}
}

func TestALanguageWithoutTextsIsFaulted(t *testing.T) {
	contract, _ := onboarding.ParseContract(change(t, readExample(t, "acme.json"), map[string]string{"customer.contacts[1].language": `"de"`}))
	err := contract.ValidateAgainst([]string{"en", "it"})
	if got := problem(t, err, "customer.contacts[1].language"); !strings.Contains(got, "en, it") {
		t.Error(got)
	}
	if err := contract.ValidateAgainst([]string{"de", "it"}); err != nil {
		t.Error(err)
	}
}

func TestNoInputMakesTheParserPanic(t *testing.T) {
	acme := string(readExample(t, "acme.json"))
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.IntRange(0, len(acme)).Draw(t, "from")
		to := rapid.IntRange(from, len(acme)).Draw(t, "to")
		put := rapid.SampledFrom([]string{"", "null", "{}", "[]", "1", `"x"`, "true", "{", "}", ",", `"a":1,`, "\xff"}).Draw(t, "put")
		mangled := []byte(acme[:from] + put + acme[to:])
		_, _ = onboarding.ParseContract(mangled)
		_, _ = onboarding.ParseEvent(mangled)
	})
}
