package playbook

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing wrong with a playbook, where it is and what to do about it.
type Fault struct {
	File    string // with the name the playbook was loaded under, so that editors can jump to it
	Line    int    // from 1
	Problem string
	Remedy  string
}

func (f Fault) String() string {
	return fmt.Sprintf("%s:%d: %s: %s", f.File, f.Line, f.Problem, f.Remedy)
}

// Faults is everything wrong with a playbook, in the order of files and lines, each fault once.
type Faults []Fault

// Error prints one fault a line as "file:line: problem: remedy".
func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

func (fs *Faults) add(file string, line int, remedy, problem string, args ...any) {
	*fs = append(*fs, Fault{File: file, Line: max(line, 1), Problem: fmt.Sprintf(problem, args...), Remedy: remedy})
}

// err is nil where there is no fault.
func (fs Faults) err() error {
	if len(fs) == 0 {
		return nil
	}
	slices.SortStableFunc(fs, func(a, b Fault) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return slices.Compact(fs)
}

// nearest is the word a person may have meant; "" where none is close.
func nearest(word string, among []string) string {
	best, distance := "", max(2, len(word)/2)+1
	for _, w := range among {
		if d := editDistance(word, w); d < distance {
			best, distance = w, d
		}
	}
	return best
}

// oneOf is the remedy for a word that is none of a closed list.
func oneOf(word string, among []string) string {
	if w := nearest(word, among); w != "" {
		return fmt.Sprintf("did you mean %q? One of: %s", w, strings.Join(among, ", "))
	}
	return "use one of: " + strings.Join(among, ", ")
}

func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
