package journal

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

func TestAJournalIsNamedByAURLOrAPath(t *testing.T) {
	for _, c := range []struct {
		where string
		path  string
		url   string
		fault string
	}{
		{where: "sqlite:/var/lib/j.db", path: "/var/lib/j.db"},
		{where: "sqlite:j.db", path: "j.db"},
		{where: "sqlite:///var/lib/j.db", path: "/var/lib/j.db"},
		{where: "j.db", path: "j.db"},
		{where: "/var/lib/j.db", path: "/var/lib/j.db"},
		{where: "postgres://u:p@h/n", url: "postgres://u:p@h/n"},
		{where: "postgresql://u@h/n", url: "postgresql://u@h/n"},
		{where: "", fault: "give a file"},
		{where: "sqlite:", fault: "give a file"},
		{where: "sqlite::memory:", fault: "name a file"},
		{where: "mysql://u@h/n", fault: "mysql:// is no database we know"},
		{where: "postgres://u:p%zz@h/n", fault: "%XX"},
	} {
		at, err := locate(c.where)
		if c.fault != "" {
			if err == nil || !strings.Contains(err.Error(), c.fault) {
				t.Errorf("%q: %v does not say %q", c.where, err, c.fault)
			}
			continue
		}
		if err != nil || at.path != c.path || at.url != c.url {
			t.Errorf("%q: %+v, %v", c.where, at, err)
		}
		if strings.Contains(at.label, ":p@") {
			t.Errorf("%q: the label shows the password", c.where)
		}
	}
}

func TestAnUnreachablePostgresSaysWhatToDoAndKeepsThePassword(t *testing.T) {
	_, err := Open(t.Context(), "postgres://user:hunter2@127.0.0.1:1/none?connect_timeout=5")
	if err == nil || !strings.Contains(err.Error(), "is it running") || strings.Contains(err.Error(), "hunter2") {
		t.Fatal(err)
	}
}

func TestAMissingFileIsMadeForItsOwnerOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new folder?", "100% ours#1.db")
	j, _ := open(t, path)
	reserve(t, j, mail("k", noon), roomy)
	for _, file := range []string{path, path + "-wal"} {
		info, err := os.Stat(file)
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", file, info.Mode())
		}
	}
	must(t, j.Ping(t.Context()))
}

func TestAFileThatIsNoDatabaseIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "letter.txt")
	must(t, os.WriteFile(path, []byte(strings.Repeat("Gentile Giulia, ", 100)), 0o600))
	if _, err := Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), "no SQLite database") {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), filepath.Dir(path)); err == nil || !strings.Contains(err.Error(), "it is a folder") {
		t.Fatal(err)
	}
}

func TestACommitIsOnTheDiskWhenItReturns(t *testing.T) {
	j, _ := open(t, filepath.Join(t.TempDir(), "j.db"))
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "10000"} {
		var got string
		must(t, j.write.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got))
		if got != want {
			t.Errorf("%s is %s, not %s", pragma, got, want)
		}
	}
}

func TestASchemaOfANewerProgramIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		_, err := j.write.ExecContext(t.Context(), "INSERT INTO "+versionTable+" (version_id, is_applied) VALUES (99, TRUE)")
		must(t, err)
		if _, err := Open(t.Context(), url); !errors.Is(err, ErrNewerSchema) || !strings.Contains(err.Error(), "run the newer program") {
			t.Fatal(err)
		}
	})
}

// schemaFiles are the migrations of a database, to be changed.
func schemaFiles(t *testing.T, d dialect) fstest.MapFS {
	t.Helper()
	dir := "migrations/" + string(d)
	names, err := migrations.ReadDir(dir)
	must(t, err)
	files := fstest.MapFS{}
	for _, name := range names {
		data, err := migrations.ReadFile(dir + "/" + name.Name())
		must(t, err)
		files[name.Name()] = &fstest.MapFile{Data: data}
	}
	return files
}

func TestRowsOfTheFirstSchemaTakeWhatTheyReadForTheirOriginal(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		at, err := locate(url)
		must(t, err)
		j := &Journal{dialect: at.dialect, now: time.Now}
		j.read, j.write, err = at.connect(t.Context())
		must(t, err)
		t.Cleanup(func() { must(t, j.Close()) })
		files := schemaFiles(t, j.dialect)
		must(t, migrate(t.Context(), j.write, j.dialect, fstest.MapFS{"00001_journal.sql": files["00001_journal.sql"]}))
		body, err := toJSON(contract(1))
		must(t, err)
		_, err = j.write.ExecContext(t.Context(), strings.NewReplacer(" original,", "", "$8, $8", "$8").Replace(putContractSQL),
			contract(1).ID, 1, "w", "hash-1", "live", false, moment(noon), body, "o-7", "hash-1")
		must(t, err)
		must(t, migrateUp(t.Context(), j.write, j.dialect))
		original, err := j.OriginalContract(t.Context(), contract(1).ID)
		must(t, err)
		equal(t, original, contract(1))
	})
}

func TestAnUpgradeThatFailsLeavesTheSchemaAsItWas(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		broken := schemaFiles(t, j.dialect)
		broken["99999_broken.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE half (x INTEGER);\nCREATE TABEL other (x INTEGER);\n")}
		if err := migrate(t.Context(), j.write, j.dialect, broken); err == nil {
			t.Fatal("a broken migration passed")
		}
		if _, err := j.read.ExecContext(t.Context(), "SELECT * FROM half"); err == nil {
			t.Fatal("half a migration stayed")
		}
		reserve(t, j, mail("k", noon), roomy)
		again, _ := open(t, url)
		must(t, again.Ping(t.Context()))
	})
}

func TestProcessesThatStartAtOnceAllFindTheSchema(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		var started []*job
		for range 4 {
			started = append(started, start(t, "open", url))
		}
		for _, p := range started {
			p.release(t)
		}
		for _, p := range started {
			equal(t, p.answer(t), "open")
		}
	})
}

func TestAKilledProcessLeavesItsAttemptBehind(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		p := start(t, "reserve and die", url)
		p.release(t)
		p.answer(t)
		j, clock := open(t, url)
		clock.pass(grace - 1000)
		row := mail("killed", noon)
		equal(t, reserve(t, j, row, roomy).Row.State, onboarding.SendAttempting)
		other := mail("other", noon)
		equal(t, reserve(t, j, other, roomy).Outcome, onboarding.Deferred)
		clock.pass(1000)
		r := reserve(t, j, row, roomy)
		equal(t, r.Outcome, onboarding.Existing)
		equal(t, r.Row.State, onboarding.SendUnknown)
		equal(t, reserve(t, j, other, roomy).Outcome, onboarding.Deferred)
	})
}

// TestMain lets the test program run as another process: see start.
func TestMain(m *testing.M) {
	if what := os.Getenv("JOURNAL_TEST_JOB"); what != "" {
		os.Exit(helper(what, os.Getenv("JOURNAL_TEST_URL")))
	}
	os.Exit(m.Run())
}

// job is another process at work on the test's database.
type job struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  bytes.Buffer
	dies bool
}

// start starts a process that waits for release, and then does what it is told.
func start(t *testing.T, what, url string) *job {
	t.Helper()
	p := &job{cmd: exec.Command(os.Args[0]), dies: strings.HasSuffix(what, "die")}
	p.cmd.Env = append(os.Environ(), "JOURNAL_TEST_JOB="+what, "JOURNAL_TEST_URL="+url)
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.out
	in, err := p.cmd.StdinPipe()
	must(t, err)
	p.in = in
	must(t, p.cmd.Start())
	return p
}

func (p *job) release(t *testing.T) {
	t.Helper()
	must(t, p.in.Close())
}

// answer is what the process printed before its end.
func (p *job) answer(t *testing.T) string {
	t.Helper()
	if err := p.cmd.Wait(); (err != nil) != p.dies {
		t.Fatalf("%v: %s", err, p.out.String())
	}
	return p.out.String()
}

func helper(what, url string) int {
	ctx := context.Background()
	_, _ = io.ReadAll(os.Stdin)
	c := &clock{now: wall}
	j, err := Open(ctx, url, WithClock(c.Now))
	if err != nil {
		os.Stderr.WriteString(err.Error())
		return 1
	}
	switch what {
	case "open":
		_, _ = os.Stdout.WriteString("open")
	case "reserve and die":
		if _, err := j.Reserve(ctx, mail("killed", noon), roomy, grace); err != nil {
			os.Stderr.WriteString(err.Error())
			return 1
		}
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
	return 0
}
