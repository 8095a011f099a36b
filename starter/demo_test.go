package main

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"testing"
)

// TestTheProgramNamesNothingOfLinuxElsewhere: a field of Linux's alone in a file of every system breaks the build there.
func TestTheProgramNamesNothingOfLinuxElsewhere(t *testing.T) {
	for _, system := range []string{"linux", "darwin", "windows"} {
		target := build.Default
		target.GOOS, target.CgoEnabled = system, false
		pkg, err := target.ImportDir(".", 0)
		if err != nil {
			t.Fatal(err)
		}
		set, defined := token.NewFileSet(), false
		for _, name := range pkg.GoFiles {
			file, err := parser.ParseFile(set, name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.FuncDecl:
					defined = defined || n.Name.Name == "dieWithUs"
				case *ast.Ident:
					if n.Name == "Pdeathsig" && system != "linux" {
						t.Errorf("on %s: %s names it", system, set.Position(n.Pos()))
					}
				}
				return true
			})
		}
		if !defined {
			t.Errorf("on %s nothing says how the worker dies with us", system)
		}
	}
}

func TestADemonstrationIsCheckedBeforeTheLastOneGoes(t *testing.T) {
	path := func(name string) string {
		full, err := filepath.Abs(filepath.Join("../examples", name))
		if err != nil {
			t.Fatal(err)
		}
		return full
	}
	harbor, story, people := path("harbor.json"), path("scenarios/quiet.yaml"), path("people.yaml")
	tests := []struct {
		name, says string
		args       []string
	}{
		{"no such contract", "there is no such file", []string{"nowhere.json", "--scenario", story}},
		{"no such scenario", "there is no such file", []string{harbor, "--people", people, "--scenario", "nowhere.yaml"}},
		{"somebody whom nobody knows", `owner.backup: nobody has the id "o-7"`, []string{harbor, "--scenario", story}},
		{"no worker", "the worker program is not beside", []string{harbor, "--scenario", story, "--people", people}}, // all else is right
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			alone(t)
			for _, name := range []string{"MAIL_TRANSPORT", "OUTBOX_DIR", "SLACK_MODE", "METRICS_ADDRESS", "MODE"} {
				t.Setenv("CENTOGIORNI_"+name, "") // the demonstration sets them
				os.Unsetenv("CENTOGIORNI_" + name)
			}
			t.Setenv("CENTOGIORNI_TIME_SKIPPING", "true")
			t.Chdir(t.TempDir())
			left := filepath.Join(demoDir, "outbox")
			if err := os.MkdirAll(left, 0o755); err != nil {
				t.Fatal(err)
			}
			starter(t, "", append([]string{"demo"}, tt.args...)...).says(t, exitInput, tt.says)
			if _, err := os.Stat(left); err != nil {
				t.Errorf("the last one is gone: %v", err)
			}
		})
	}
}
