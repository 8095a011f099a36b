package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/temporal"

	"github.com/centogiorni/centogiorni/onboarding"
)

// lines is a JSON Lines file of the contracts.
func lines(t *testing.T, contracts ...onboarding.Contract) string {
	t.Helper()
	var out strings.Builder
	for _, c := range contracts {
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s\n", text)
	}
	return out.String()
}

const csvHeader = "contract_id,signed_at,product,value.amount,value.currency,customer.id,customer.company,customer.kind,customer.time_zone," +
	"customer.country,customer.language,customer.contacts[0].id,customer.contacts[0].name,customer.contacts[0].email,customer.contacts[0].role,owner.id,sales.id"

// csvLine is a line under csvHeader, signed today.
func csvLine(id string) string {
	return id + "," + today.Format(rfc3339) + ",P,1.00,EUR,x,X,business,Europe/Rome,IT,it,a,A B,a@x.example,decision_maker,o-7,s-3"
}

func TestAFileThatIsWrongStartsNothing(t *testing.T) {
	good := csvHeader + "\n" + csvLine("C-1") + "\n"
	tests := []struct {
		name, file, text string
		says             []string
	}{
		{"an empty CSV", "c.csv", "", []string{"c.csv:\nit is empty: the first line names the columns"}},
		{"a header alone", "c.csv", csvHeader + "\n", []string{"it holds no contract"}},
		{"an empty JSONL", "c.jsonl", "\n\n", []string{"it holds no contract"}},
		{"a CSV in another encoding", "c.csv", csvHeader + "\nC-1,\xe8\n", []string{"it is not UTF-8: save it as CSV UTF-8"}},
		{"columns that are none", "c.csv", "contract_id,e-mail,customer,terms.refund.day,milestones.sold,contract_id\n", []string{
			`line 1, column 2, "e-mail": no such column`, `line 1, column 3, "customer": it is a whole object or list`,
			`line 1, column 4, "terms.refund.day": no such column`, `line 1, column 5, "milestones.sold": no such milestone`, `line 1, column 6, "contract_id": it stands twice`}},
		{"a cell too few", "c.csv", good + "C-2,2026\n", []string{"line 3: 2 cells where the header names 17 columns"}},
		{"a quote in the middle", "c.csv", good + `C-2,a"b"` + "\n" + csvLine("C-3") + "\n", []string{"line 3: no CSV", "put text with separators or quotes in double quotes", "1 line cannot be started"}},
		{"faults of two lines", "c.csv", good + strings.Replace(csvLine("C-2"), "Europe/Rome", "Europe/Roma", 1) + "\n" +
			strings.Replace(csvLine("C-3"), "a@x.example", "a at x", 1) + "\n", []string{"2 lines cannot be started",
			`line 3: customer.time_zone: "Europe/Roma" is no time zone`, `line 4: customer.contacts[0].email: "a at x" is no bare address`}},
		{"the same contract twice", "c.csv", good + csvLine("C-1") + "\n", []string{`line 3: contract_id: "C-1" stands on line 2 already`}},
		{"an owner whom nobody knows", "c.csv", csvHeader + "\n" + strings.Replace(csvLine("C-1"), "o-7", "o-99", 1), []string{`line 2: owner.id: nobody has the id "o-99"`}},
		{"a language without texts", "c.csv", csvHeader + "\n" + strings.Replace(csvLine("C-1"), ",it,", ",fr,", 1), []string{"line 2: customer.language: the playbook has no texts"}},
		{"a line that is no JSON", "c.jsonl", lines(t, contract(t, "C-1", 0)) + "\nnonsense\n", []string{"line 3: column 2: invalid character"}},
		{"an unknown field", "c.jsonl", strings.Replace(lines(t, contract(t, "C-1", 0)), `"product"`, `"produkt"`, 1), []string{"line 1: produkt: no such field: did you mean product?"}},
		{"an old signature without --join", "c.jsonl", lines(t, contract(t, "C-1", 9)), []string{"line 1: signed_at: the contract was signed more than 3 days ago"}},
		{"100 days that are over", "c.jsonl", lines(t, contract(t, "C-1", 0), contract(t, "C-2", 200)), []string{"line 2: signed_at:"}},
		{"milestones without --join", "c.csv", csvHeader + ",milestones.installed\n" + csvLine("C-1") + "," + day(0) + "\n", []string{"line 2: milestones: they go with --join"}},
		{"milestones that are no dates", "c.jsonl", strings.Replace(lines(t, contract(t, "C-1", 0)), "{", `{"milestones":[1],`, 1), []string{"line 1: milestones: write milestones with their dates"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			path := text2file(t, tt.file, tt.text)
			d.run("", "import", path, "--yes").says(t, exitInput, tt.says...)
			if len(rows(t)) > 0 || len(d.temporal.started) > 0 {
				t.Error("something was started")
			}
			if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*rejected*")); len(left) > 0 {
				t.Errorf("it left %v behind", left)
			}
		})
	}
	t.Run("a file that is not there", func(t *testing.T) {
		newDesk(t).run("", "import", "nowhere.csv").says(t, exitInput, "nowhere.csv: there is no such file")
	})
}

func TestAnImportIsShownAskedAndDone(t *testing.T) {
	d := newDesk(t)
	path := text2file(t, "c.csv", csvHeader+"\n"+csvLine("C-1")+"\n"+csvLine("C-2")+"\n")
	d.run("", "import", path).says(t, exitUsage, "2 contracts to start", "the next 7 days", "give --yes")
	d.run("", "import", path, "--dry-run").says(t, exitDone, "a dry run: nothing was started")
	d.asks = true
	d.run("no\n", "import", path).says(t, exitInput, "Start them? [y/N]", "not confirmed: nothing was done")
	if len(rows(t)) > 0 {
		t.Fatal("a preview started something")
	}
	d.run("yes\n", "import", path).says(t, exitDone, "of 2 contracts: started 2")
	d.run("", "import", path).says(t, exitDone, "all 2 contracts of "+path+" are done already; nothing was done twice")
	if len(d.temporal.started) != 2 {
		t.Errorf("started %v", d.temporal.started)
	}
}

// forty is a file of 40 contracts, C-0 to C-39, one a line.
func forty(t *testing.T) (path string, all []onboarding.Contract) {
	t.Helper()
	for i := range 40 {
		all = append(all, contract(t, fmt.Sprintf("C-%d", i), 1))
	}
	return text2file(t, "c.jsonl", lines(t, all...)), all
}

// onceEach checks that 40 onboardings were started, each once.
func (d *desk) onceEach(t *testing.T) {
	t.Helper()
	seen := map[string]bool{}
	for _, id := range d.temporal.started {
		seen[id] = true
	}
	if len(seen) != 40 || len(d.temporal.started) != 40 {
		t.Errorf("%d onboardings in %d starts, want 40 in 40", len(seen), len(d.temporal.started))
	}
}

// leave imports the file until the worker is stuck, and then presses Ctrl-C.
func (d *desk) leave(t *testing.T, path string) (report imported) {
	t.Helper()
	ctx, cancel := context.WithCancel(d.ctx)
	d.temporal.most, d.temporal.stuck = 15, cancel
	staying := d.ctx
	d.ctx = ctx
	p := d.run("", "import", path, "--yes", "--output", "json")
	d.ctx, d.temporal.most, d.temporal.stuck = staying, -1, nil
	p.says(t, exitInput, "starter: the import goes on by itself; the same command shows how it went\n")
	p.read(t, &report)
	if n := report.Started + report.Standing; n < 1 || n >= 40 {
		t.Errorf("reports %+v", report)
	}
	return report
}

func TestTenThousandLinesAreCheckedAndShownAtOnce(t *testing.T) {
	var text strings.Builder
	text.WriteString(csvHeader + "\n")
	for i := range 10_000 {
		text.WriteString(csvLine(fmt.Sprintf("C-%05d", i)) + "\n")
	}
	d := newDesk(t)
	d.run("", "import", text2file(t, "c.csv", text.String()), "--dry-run").says(t, exitDone, "10000 contracts to start", "a dry run: nothing was started")
	bad := strings.Replace(text.String(), "C-09999", "C-00000", 1)
	d.run("", "import", text2file(t, "bad.csv", bad), "--dry-run").says(t, exitInput, `line 10001: contract_id: "C-00000" stands on line 2 already`)
}

func TestAnImportThatWasLeftIsFollowedByTheSameCommand(t *testing.T) {
	d := newDesk(t)
	path, all := forty(t)
	d.run("", "start", file(t, all[7])).says(t, exitDone)
	left := d.leave(t, path)
	var report imported
	p := d.run("", "import", path, "--output", "json") // what was asked about is not asked about again
	p.says(t, exitDone)
	p.read(t, &report)
	if report.DoneBefore != left.Started+left.Standing || report.DoneBefore+report.Started+report.Standing != 40 || report.Preview != nil {
		t.Errorf("after %+v it reports %+v", left, report)
	}
	d.onceEach(t)
}

func TestAnImportThatWasLeftGoesOnByItself(t *testing.T) {
	d := newDesk(t)
	path, _ := forty(t)
	left := d.leave(t, path)
	d.run("", "import", path, "--dry-run").says(t, exitDone, "0 contracts to start", fmt.Sprintf("besides %d contracts", 40-left.Started))
	if err := (fakeImport{f: d.temporal, id: left.Import}).Get(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	d.run("", "import", path).says(t, exitDone, "all 40 contracts of "+path+" are done already; nothing was done twice")
	d.onceEach(t)
}

func TestAnImportThatCouldNotBeHandedOverIsByTheSameCommand(t *testing.T) {
	d := newDesk(t)
	path, _ := forty(t)
	d.temporal.down = true
	d.run("", "import", path, "--yes").says(t, exitUnreachable, "stopped in the middle: the engine cannot be reached", "the same command goes on from here")
	d.temporal.down = false
	d.run("", "import", path).says(t, exitDone, "of 40 contracts: started 40")
	d.onceEach(t)
}

func TestAnImportThatOpsStoppedSaysSo(t *testing.T) {
	d := newDesk(t)
	path, _ := forty(t)
	d.temporal.fate = temporal.NewCanceledError()
	d.run("", "import", path, "--yes").says(t, exitInput, "stopped in the middle: follow the import: canceled; the same command goes on from here", "started 0")
	d.temporal.fate = serviceerror.NewUnavailable("gone")
	d.run("", "import", path).says(t, exitUnreachable, "the engine cannot be reached", "the import goes on by itself; the same command shows how it went when the engine is back")
	d.temporal.fate = nil
	d.run("", "import", path).says(t, exitDone, "of 40 contracts: started 40")
}

func TestAnImportWithoutAWorkerSaysSoOnceAndWaits(t *testing.T) {
	d := newDesk(t)
	path, all := forty(t)
	d.temporal.asleep, d.takeUp = make(chan struct{}), 0
	said := 0
	d.hears = func(text string) {
		if !strings.Contains(text, "the worker seems not to be running; the import goes on when it is") {
			return
		}
		said++
		// Meanwhile one contract is started by another hand, with other content.
		other := all[3]
		other.Product = "another product"
		d.run("", "start", file(t, other)).says(t, exitDone)
		close(d.temporal.asleep)
	}
	var report imported
	p := d.run("", "import", path, "--yes", "--output", "json")
	p.says(t, exitInput, "line 4, C-3: an onboarding of this contract exists with other content", "the same command tries the failed lines again")
	p.read(t, &report)
	if said != 1 || report.Started != 39 || len(report.Failed) != 1 || report.Failed[0].Line != 4 || report.Failed[0].Contract != "C-3" {
		t.Errorf("said %d times, and reports %+v", said, report)
	}
	d.run("", "import", path, "--yes").says(t, exitInput, "line 4: contract_id: an onboarding of this contract exists with other content", "nothing was started")
	d.onceEach(t)
}

func TestBadLinesAreLeftOutNamedAndGivenBack(t *testing.T) {
	d := newDesk(t)
	d.run("", "start", file(t, contract(t, "C-9", 0))).says(t, exitDone)
	bad, other := strings.Replace(csvLine("C-2"), "IT,it", "Italy,it", 1), csvLine("C-9")
	path := text2file(t, "c.csv", csvHeader+"\n"+csvLine("C-1")+"\n"+bad+"\n"+csvLine("C-3")+"\n"+other+"\n")

	p := d.run("", "import", path, "--yes", "--skip-invalid")
	p.says(t, exitDone, `line 3: customer.country: "Italy" is no country code`, "line 5: contract_id: an onboarding of this contract exists with other content",
		"started 2, 2 were left out")
	rejected := strings.TrimSuffix(path, ".csv") + ".rejected.csv"
	text, err := os.ReadFile(rejected)
	if want := csvHeader + "\n" + bad + "\n" + other + "\n"; err != nil || string(text) != want {
		t.Errorf("left out: %s, %v; want %s", text, err, want)
	}
	mended := strings.Replace(csvHeader+"\n"+bad+"\n", "Italy", "IT", 1)
	d.run("", "import", text2file(t, "mended.csv", mended), "--yes").says(t, exitDone, "started 1")

	d.run("", "import", rejected, "--yes", "--skip-invalid").says(t, exitInput, "nothing was started")
}

func TestTheExampleSaysTheSameInBothForms(t *testing.T) {
	alone(t)
	var files [2]batch
	for i, format := range fileFormats {
		p := starter(t, "", "import", "--example", format)
		p.says(t, exitDone)
		var err error
		if files[i], err = readBatch([]byte(p.out), format); err != nil {
			t.Fatal(err)
		}
		if len(files[i].records) != 3 {
			t.Fatalf("%s holds %d contracts", format, len(files[i].records))
		}
	}
	for i, r := range files[0].records {
		s := files[1].records[i]
		if len(r.faults)+len(s.faults) > 0 {
			t.Errorf("contract %d: %v, %v", i, r.faults, s.faults)
		}
		if !reflect.DeepEqual(r.contract, s.contract) || !reflect.DeepEqual(r.milestones, s.milestones) {
			t.Errorf("contract %d differs:\n%+v %v\n%+v %v", i, r.contract, r.milestones, s.contract, s.milestones)
		}
	}
}

func TestTheExampleCanBeImportedToday(t *testing.T) {
	for _, format := range fileFormats {
		t.Run(format, func(t *testing.T) {
			d := newDesk(t)
			path := text2file(t, "customers."+format, d.run("", "import", "--example", format).out)
			d.run("", "import", path, "--join", "--yes").says(t, exitDone, "of 3 contracts: started 3")
		})
	}
}

func TestTheExampleIsOfTheWeeksBeforeAnyDay(t *testing.T) {
	for _, day := range []string{"2026-01-01", "2026-02-18", "2026-02-19", "2026-02-26", "2027-03-01", "2041-12-31"} {
		today, err := onboarding.ParseDate(day)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range exampleDate.FindAllString(string(example(today)), -1) {
			d, err := onboarding.ParseDate(text)
			if ago := today.DaysSince(d); err != nil || ago < 1 || ago > 30 {
				t.Errorf("on %s it names %s, %d days before; want 1 to 30", day, text, ago)
			}
		}
	}
}

func TestAJoinedImportTakesTheMilestonesOver(t *testing.T) {
	d := newDesk(t)
	old := strings.Replace(csvLine("C-1"), today.Format(rfc3339), today.AddDate(0, 0, -20).Format(rfc3339), 1)
	path := text2file(t, "c.csv", csvHeader+",milestones.kickoff_held,milestones.installed\n"+old+","+day(-9)+","+day(-3)+"\n")
	d.run("", "import", path, "--join", "--yes").says(t, exitDone, "started 1")
	if s := d.temporal.state("onboarding/C-1/1"); len(s.Start.Milestones) != 2 || s.Start.Joined.IsZero() {
		t.Errorf("joined %s with %v", s.Start.Joined, s.Start.Milestones)
	}
	wrong := text2file(t, "c.csv", csvHeader+",milestones.installed\n"+strings.Replace(old, "C-1", "C-2", 1)+",2001-01-01\n")
	d.run("", "import", wrong, "--join", "--yes").says(t, exitInput, "line 2: milestones.installed: 2001-01-01 is before the signature")
}

func TestAnImportComesFromStandardInputToo(t *testing.T) {
	d := newDesk(t)
	text := lines(t, contract(t, "C-1", 0)) + "nonsense\n"
	d.run(text, "import", "-", "--format", "jsonl", "--yes", "--skip-invalid").says(t, exitDone, "line 2:", "started 1, 1 were left out")
	d.run(text, "import", "-").says(t, exitUsage, "give --format")
}

func TestASemicolonSeparatesWhereTheHeaderHasThem(t *testing.T) {
	b, err := readBatch([]byte("\xef\xbb\xbf"+strings.ReplaceAll(csvHeader+"\r\n"+csvLine("C-1")+"\r\n", ",", ";")), "csv")
	if err != nil || len(b.records) != 1 || len(b.records[0].faults) > 0 || b.records[0].contract.ID != "C-1" {
		t.Errorf("read %+v, %v", b, err)
	}
}

func TestCellsBecomeTheFieldsTheirColumnsName(t *testing.T) {
	header := csvHeader + ",customer.contacts[3].id,customer.contacts[3].name,customer.contacts[3].email,customer.contacts[3].role," +
		"customer.contacts[5].id,customer.contacts[5].name,customer.contacts[5].email,customer.contacts[5].role," +
		"terms.training.sessions,terms.assistance.kind,terms.assistance.until,dossier.goals[0].text,dossier.goals[0].may_repeat,terms.refund.days\n"
	line := csvLine("C-1") + `,,,,,b,"Rossi, Bruno",b at x,user,3,included,2100-01-31,"he said ""more""",TRUE,thirty` + "\n"
	b, err := readBatch([]byte(header+line), "csv")
	if err != nil {
		t.Fatal(err)
	}
	r := b.records[0]
	if r.contract.Terms.Training.Sessions != 3 || r.contract.Terms.Assistance.Until.Year != 2100 || !r.contract.Dossier.Goals[0].MayRepeat ||
		r.contract.Dossier.Goals[0].Text != `he said "more"` || r.contract.Customer.Contacts[1].Name != "Rossi, Bruno" {
		t.Errorf("read %+v", r.contract)
	}
	faults := r.faults.Error()
	for _, want := range []string{`customer.contacts[5].email: "b at x"`, "terms.refund.days: text where a number belongs"} {
		if !strings.Contains(faults, want) {
			t.Errorf("%q is not among the faults: %s", want, faults)
		}
	}
}
