package calendar_test

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
	"pgregory.net/rapid"
)

func example(t testing.TB, name string) onboarding.Contract {
	t.Helper()
	data, err := os.ReadFile("../../examples/" + name)
	if err != nil {
		t.Fatal(err)
	}
	contract, err := onboarding.ParseContract(data)
	if err != nil {
		t.Fatal(err)
	}
	return contract
}

func date(t testing.TB, s string) onboarding.Date {
	t.Helper()
	d, err := onboarding.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func table(t testing.TB, contract onboarding.Contract, from string, days int) onboarding.Calendar {
	t.Helper()
	c, err := calendar.Make(onboarding.PlanInput{Contract: contract, From: date(t, from), Days: days})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheDaysOfAnItalianCustomer(t *testing.T) {
	tests := []struct {
		name, day string
		want      onboarding.DayKind
	}{
		{"a Thursday is a working day", "2026-01-15", onboarding.DayWorking},
		{"a Saturday is a weekend", "2026-01-17", onboarding.DayWeekend},
		{"Easter Monday is a holiday", "2026-04-06", onboarding.DayHoliday},
		{"Good Friday is a working day in Italy", "2026-04-03", onboarding.DayWorking},
		{"2 June is a holiday", "2026-06-02", onboarding.DayHoliday},
		{"a holiday on a Saturday stays a weekend", "2026-04-25", onboarding.DayWeekend},
		{"the August closure begins on the 8th, a Saturday", "2026-08-08", onboarding.DayWeekend},
		{"its first Monday is a closure", "2026-08-10", onboarding.DayClosure},
		{"its last Friday is a closure", "2026-08-21", onboarding.DayClosure},
		{"the Monday after is a working day", "2026-08-24", onboarding.DayWorking},
		{"the patron of Italy is a holiday from 2026 on", "2027-10-04", onboarding.DayHoliday},
		{"but was none before", "2024-10-04", onboarding.DayWorking},
		{"8 December is a holiday", "2026-12-08", onboarding.DayHoliday},
		{"the winter closure begins on 24 December", "2026-12-24", onboarding.DayClosure},
		{"Christmas stays a holiday inside it", "2026-12-25", onboarding.DayHoliday},
		{"it reaches into the next year", "2027-01-05", onboarding.DayClosure},
		{"Epiphany stays a holiday inside it", "2027-01-06", onboarding.DayHoliday},
		{"the day after it is a working day", "2027-01-07", onboarding.DayWorking},
	}
	acme := example(t, "acme.json")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := table(t, acme, tt.day, 1)
			if got := c.Customer.Kind(date(t, tt.day)); got != tt.want {
				t.Errorf("%c, want %c", got, tt.want)
			}
		})
	}
}

func TestATableBeginsInsideTheWinterClosure(t *testing.T) {
	if c := table(t, example(t, "acme.json"), "2027-01-04", 4); c.Customer.Days != "cchw" {
		t.Error(c.Customer.Days)
	}
}

func TestClosuresOfTheContractReplaceTheCountrys(t *testing.T) {
	acme := example(t, "acme.json")
	acme.Customer.Closures = []onboarding.DateRange{{From: date(t, "2026-07-20"), To: date(t, "2026-07-21")}}
	if c := table(t, acme, "2026-07-17", 6); c.Customer.Days != "weeccw" {
		t.Error(c.Customer.Days)
	}
	if c := table(t, acme, "2026-08-10", 5); c.Customer.Days != "wwwww" {
		t.Errorf("the country's August is still closed: %s", c.Customer.Days)
	}
	acme.Customer.Closures = []onboarding.DateRange{}
	if c := table(t, acme, "2026-08-10", 5); c.Customer.Days != "wwwww" {
		t.Errorf("an empty list closes August: %s", c.Customer.Days)
	}
}

func TestClosuresAreTheCustomersAndLeaveIsAPersons(t *testing.T) {
	acme := example(t, "acme.json")
	acme.Owner.Leave = []onboarding.DateRange{{From: date(t, "2026-08-13"), To: date(t, "2026-08-17")}}
	c := table(t, acme, "2026-08-12", 7)
	for _, tt := range []struct{ who, got, want string }{
		{"customer", c.Customer.Days, "ccceecc"}, {"owner", c.Owner.Days, "wlleelw"}, {"sales", c.Sales.Days, "wwweeww"}, {"manager", c.Manager.Days, "wwweeww"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s %s, want %s", tt.who, tt.got, tt.want)
		}
	}
}

func TestPeopleHaveTheirOwnCountryZoneAndHours(t *testing.T) {
	c := table(t, example(t, "harbor.json"), "2026-03-16", 3)
	if c.Owner.Days != "whw" || c.Sales.Days != "www" || c.Manager.Days != "www" {
		t.Errorf("St Patrick's Day: owner %s, sales %s, manager %s", c.Owner.Days, c.Sales.Days, c.Manager.Days)
	}
	if c.Customer.Open != 540 || c.Customer.Close != 1050 || c.Owner.Open != 510 || c.Owner.Close != 1020 || c.Sales.Open != 540 || c.Sales.Close != 1080 {
		t.Errorf("hours: customer %d-%d, owner %d-%d, sales %d-%d", c.Customer.Open, c.Customer.Close, c.Owner.Open, c.Owner.Close, c.Sales.Open, c.Sales.Close)
	}
	noon := time.Date(2026, 3, 16, 12, 0, 0, 0, time.UTC)
	if c.Manager.Local(noon).Hour() != 13 || c.Customer.Local(noon).Hour() != 12 {
		t.Error("the manager is not in Rome or the customer not in Dublin")
	}
}

func TestARoleLeftOpenWorksAsTheCustomersCountryDoes(t *testing.T) {
	acme := example(t, "acme.json")
	acme.Manager = nil
	acme.Sales = &onboarding.Person{ID: "s-3"}
	c := table(t, acme, "2026-01-05", 3)
	if c.Manager.Days != "whw" || c.Sales.Days != "whw" || c.Manager.Close != 1080 || len(c.Manager.Zone) != len(c.Customer.Zone) {
		t.Errorf("%+v", c.Manager)
	}
}

// TestHolidaysOfOtherCountries: days that are easy to get wrong, and days that changed since the library was written.
func TestHolidaysOfOtherCountries(t *testing.T) {
	tests := []struct {
		country, day string
		want         bool
	}{
		{"DE", "2026-04-03", true}, {"DE", "2026-10-31", false}, {"FR", "2026-07-14", true}, {"ES", "2026-10-12", true}, {"AT", "2026-10-26", true},
		{"CH", "2025-08-01", true}, {"CH", "2026-01-06", false}, {"NL", "2026-04-27", true}, {"NL", "2026-05-05", false}, {"NL", "2025-05-05", true},
		{"BE", "2026-07-21", true}, {"GB", "2026-12-28", true}, {"IE", "2026-02-02", true}, {"IE", "2026-03-17", true},
		{"US", "2026-07-03", true}, {"US", "2027-12-31", true}, {"US", "2026-11-26", true}, {"CA", "2026-07-01", true}, {"AU", "2026-01-26", true},
		{"NZ", "2026-07-10", true}, {"JP", "2026-09-22", true}, {"PL", "2026-12-24", true}, {"PL", "2024-12-24", false}, {"PT", "2026-06-04", true},
		{"PT", "2026-06-10", true}, {"SE", "2026-06-19", true}, {"DK", "2026-05-01", false}, {"DK", "2026-05-14", true}, {"NO", "2027-05-17", true},
		{"FI", "2026-06-19", true}, {"FI", "2026-05-14", true}, {"LU", "2026-06-23", true}, {"RO", "2026-01-07", true}, {"BR", "2026-11-20", true},
		{"SK", "2026-09-01", false}, {"SK", "2026-05-08", false}, {"SK", "2028-05-08", true}, {"AR", "2026-04-03", true}, {"AR", "2026-04-02", true},
		{"CZ", "2026-07-06", true}, {"GR", "2026-04-13", true}, {"HR", "2026-08-05", true}, {"ZA", "2026-08-10", true},
		{"BJ", "2026-01-01", false}, {"", "2026-01-01", false},
	}
	for _, tt := range tests {
		if got := calendar.Holiday(tt.country, date(t, tt.day)); got != tt.want {
			t.Errorf("%s %s: %v, want %v", tt.country, tt.day, got, tt.want)
		}
	}
}

func TestACountryWithoutACalendarHasWeekendsAndAWarning(t *testing.T) {
	acme := example(t, "acme.json")
	acme.Customer.Country = "BJ"
	acme.Manager.Country = "IT"
	c := table(t, acme, "2025-12-31", 5)
	if c.Customer.Days != "wwwee" || c.Manager.Days != "whwee" {
		t.Errorf("customer %s, manager %s", c.Customer.Days, c.Manager.Days)
	}
	if len(c.Warnings) != 1 || !strings.Contains(c.Warnings[0], `"BJ"`) {
		t.Errorf("warnings: %q", c.Warnings)
	}
	if c := table(t, example(t, "acme.json"), "2025-12-31", 5); c.Warnings != nil {
		t.Errorf("warnings: %q", c.Warnings)
	}
}

func TestWhatCannotBeMadeIsAnError(t *testing.T) {
	tests := []struct {
		name   string
		change func(*onboarding.PlanInput)
		want   string
	}{
		{"no days", func(in *onboarding.PlanInput) { in.Days = 0 }, "days: 0"},
		{"too many days", func(in *onboarding.PlanInput) { in.Days = 100_000 }, "days: 100000"},
		{"an unknown zone", func(in *onboarding.PlanInput) { in.Contract.Customer.TimeZone = "Local" }, "customer.time_zone: "},
		{"a person's unknown zone", func(in *onboarding.PlanInput) { in.Contract.Sales.TimeZone = "Mars/Base" }, "sales.time_zone: "},
		{"hours that are none", func(in *onboarding.PlanInput) { in.Contract.Owner.Hours = "late" }, "owner.hours: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := onboarding.PlanInput{Contract: example(t, "acme.json"), From: date(t, "2026-01-15"), Days: 200}
			tt.change(&in)
			if _, err := calendar.Make(in); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
}

// TestTheTableCoversItsDays: 200 days, weekends where they are, and every instant of them on the zone's clock.
func TestTheTableCoversItsDays(t *testing.T) {
	acme := example(t, "acme.json")
	zones := []string{"Europe/Rome", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/St_Johns", "Asia/Kathmandu", "Africa/Casablanca", "Australia/Lord_Howe"}
	rapid.Check(t, func(t *rapid.T) {
		in := onboarding.PlanInput{Contract: acme, From: onboarding.Date{Year: 2020, Month: 1, Day: 1}.AddDays(rapid.IntRange(0, 5000).Draw(t, "from")), Days: 200}
		in.Contract.Customer.TimeZone = rapid.SampledFrom(zones).Draw(t, "zone")
		loc, err := time.LoadLocation(in.Contract.Customer.TimeZone)
		if err != nil {
			t.Fatal(err)
		}
		c, err := calendar.Make(in)
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Customer.Days) != 200 || c.Customer.End() != in.From.AddDays(200) {
			t.Fatalf("%d days to %s", len(c.Customer.Days), c.Customer.End())
		}
		d := in.From.AddDays(rapid.IntRange(-1, 201).Draw(t, "day"))
		if wd := d.Weekday(); c.Customer.IsWorking(d) && (wd == time.Saturday || wd == time.Sunday) {
			t.Fatalf("%s, a %s, is a working day", d, wd)
		}
		at := d.In(time.UTC, rapid.IntRange(0, 24*60).Draw(t, "minute"))
		if got, want := c.Customer.Local(at).Format(time.DateTime), at.In(loc).Format(time.DateTime); got != want {
			t.Fatalf("%s: the clock shows %s, the table says %s", at, want, got)
		}
	})
}

// TestTheFirstDayBeginsOnItsOwnOffset: in the east it begins before UTC's, here before the clock is put back.
func TestTheFirstDayBeginsOnItsOwnOffset(t *testing.T) {
	acme := example(t, "acme.json")
	acme.Customer.TimeZone = "Pacific/Auckland"
	c := table(t, acme, "2026-04-05", 1)
	at, _ := c.Customer.At(date(t, "2026-04-05"), 60)
	if got := c.Customer.Local(at).Format(time.RFC3339); got != "2026-04-05T01:00:00+13:00" {
		t.Error(got)
	}
}

func TestTablesAreMadeAtTheSameTime(t *testing.T) {
	var wg sync.WaitGroup
	acme := example(t, "acme.json")
	want := table(t, acme, "2040-01-01", 200).Customer.Days
	for range 8 {
		wg.Go(func() {
			c, err := calendar.Make(onboarding.PlanInput{Contract: acme, From: onboarding.Date{Year: 2040, Month: 1, Day: 1}, Days: 200})
			if err != nil || c.Customer.Days != want {
				t.Errorf("%v, %s", err, c.Customer.Days)
			}
		})
	}
	wg.Wait()
}

// BenchmarkMake is one contract's calendar, holidays cached; the figure to hold is 1 ms.
func BenchmarkMake(b *testing.B) {
	for _, name := range []string{"acme.json", "harbor.json"} {
		b.Run(strings.TrimSuffix(name, ".json"), func(b *testing.B) {
			in := onboarding.PlanInput{Contract: example(b, name), From: date(b, "2026-01-15"), Days: 200}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := calendar.Make(in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func ExampleHoliday() {
	fmt.Println(calendar.Holiday("IT", onboarding.Date{Year: 2027, Month: 10, Day: 4}))
	// Output: true
}
