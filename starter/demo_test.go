package main

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
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
