package main

import (
	"strings"
	"testing"
)

func TestCommandLine(t *testing.T) {
	for name, c := range map[string]struct {
		args string
		want string // what describe says of the options, or "error: " and a part of the message
	}{
		"without arguments it serves on the usual ports": {"", "db=.state/temporal-1.32.db address=127.0.0.1:7233 ui=127.0.0.1:8233 namespace=default"},
		"exec keeps nothing, on free ports, without UI":  {"exec -- true", "db=:memory: address=127.0.0.1:0 ui=none namespace=default command=true"},
		"exec takes the same flags":                      {"exec --db x --ui-address [::1]:0 --namespace n --time-skipping -- a --db y", "db=x address=127.0.0.1:0 ui=[::1]:0 namespace=n time-skipping command=a,--db,y"},
		"an empty db keeps nothing":                      {"--db= --no-ui", "db=:memory: address=127.0.0.1:7233 ui=none namespace=default"},
		"an empty UI address is no UI":                   {"--ui-address=", "db=.state/temporal-1.32.db address=127.0.0.1:7233 ui=none namespace=default"},
		"no host is loopback":                            {"--address :1 --ui-address localhost:2", "db=.state/temporal-1.32.db address=127.0.0.1:1 ui=127.0.0.1:2 namespace=default"},
		"every interface must be asked for":              {"--address 0.0.0.0:1 --no-ui", "db=.state/temporal-1.32.db address=0.0.0.0:1 ui=none namespace=default"},
		"a flag must be known":                           {"--port 1", "error: -port"},
		"a subcommand must be known":                     {"start", "error: start"},
		"exec needs a command":                           {"exec --no-ui --", "error: needs a command"},
		"an address has a port":                          {"--address localhost", "error: --address localhost: want HOST:PORT"},
		"a port is a small number":                       {"--ui-address 127.0.0.1:65536", "error: 65536"},
		"a host is an IP address":                        {"--address example.com:1", "error: example.com"},
		"API and UI need a port each":                    {"--address :1 --ui-address :1", "error: a port each"},
		"a namespace has a name":                         {"--namespace=", "error: --namespace is empty"},
		"the server's own namespace is taken":            {"--namespace temporal-system", "error: temporal-system"},
	} {
		t.Run(name, func(t *testing.T) {
			o, err := parse(strings.Fields(c.args))
			got := describe(o)
			if err != nil {
				got = "error: " + err.Error()
			}
			part, faulty := strings.CutPrefix(c.want, "error: ")
			if faulty != (err != nil) || faulty && !strings.Contains(got, part) || !faulty && got != c.want {
				t.Errorf("devserver %s:\n got %s\nwant %s", c.args, got, c.want)
			}
		})
	}
}

// describe writes the options out; the usage must not promise others.
func describe(o options) string {
	words := []string{"db=" + o.db, "address=" + o.address.String()}
	if o.ui == nil {
		words = append(words, "ui=none")
	} else {
		words = append(words, "ui="+o.ui.String())
	}
	words = append(words, "namespace="+o.namespace)
	if o.timeSkipping {
		words = append(words, "time-skipping")
	}
	if o.command != nil {
		words = append(words, "command="+strings.Join(o.command, ","))
	}
	return strings.Join(words, " ")
}

func TestUsageNamesTheStateFile(t *testing.T) {
	if !strings.Contains(usage, "default "+defaultDB()+";") {
		t.Errorf("the usage names another default than %s", defaultDB())
	}
}
