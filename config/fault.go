package config

import "strings"

// Fault is one thing wrong with the configuration. It never holds the value: that may be a secret in the wrong place.
type Fault struct {
	Variable string // full name, such as CENTOGIORNI_SMTP_HOST
	Problem  string // what is wrong, as the end of a sentence about the variable
	Remedy   string // what to do, as an imperative
}

func (f Fault) Error() string {
	return f.Variable + " " + f.Problem + ": " + f.Remedy
}

// Faults are all faults of a configuration, at most one a variable, in the order of Variables.
type Faults []Fault

func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, fault := range f {
		lines[i] = fault.Error()
	}
	return "the configuration is wrong:\n  " + strings.Join(lines, "\n  ")
}

// has tells whether a variable is known to be wrong; what follows from it is then not reported as well.
func (f Faults) has(variable string) bool {
	for _, fault := range f {
		if fault.Variable == variable {
			return true
		}
	}
	return false
}
