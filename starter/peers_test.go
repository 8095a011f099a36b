package main

import (
	"testing"
)

const rita = "{id: borgo, company: Officine Borgo, contact: Rita Fontana, email: rita@borgo.example, language: it}"

func TestPeersAreAddedListedAndGiveTheirConsent(t *testing.T) {
	alone(t)
	starter(t, "", "peers", "import", "../examples/peers.yaml").says(t, exitDone, "2 peers stored: borgo, mulino")
	starter(t, "peers: ["+rita+"]", "peers", "import", "-").says(t, exitDone, "1 peers stored: borgo")
	starter(t, "", "peers", "list").says(t, exitDone, "Rita Fontana", "0 of 1", "0 of 2")
	starter(t, "", "peers", "consent", "borgo").says(t, exitDone, "borgo may be asked")
	starter(t, "", "peers", "consent", "mulino", "--withdrawn").says(t, exitDone, "mulino is not asked any more")
	var pool []pooled
	starter(t, "", "peers", "list", "--output", "json").read(t, &pool)
	if len(pool) != 2 || !pool[0].Consent || pool[1].Consent {
		t.Errorf("%+v", pool)
	}
	starter(t, "", "peers", "consent", "nobody").says(t, exitInput, "peer nobody")
}

func TestAListOfPeersThatIsWrongChangesNobody(t *testing.T) {
	for _, tt := range []struct{ name, text, says string }{
		{"no YAML", "peers: [", "peers.yaml:1: not YAML"},
		{"nobody", "peers: []", "peers: the list is empty"},
		{"another key", "people: []", "peers.yaml:1: people: no such key: write peers"},
		{"no address", "peers:\n  - {id: a, company: A, contact: A, language: it}\n", "peers.yaml:2: peers[0].email: required"},
		{"nobody to write to", "peers:\n  - {id: a, company: A, email: a@x.example, language: it}\n", "peers.yaml:2: peers[0].contact: required"},
		{"an id twice", "peers:\n  - " + rita + "\n  - " + rita + "\n", `peers.yaml:3: peers[1].id: "borgo" is the id of peers[0] already`},
		{"a language that is none", "peers:\n  - {id: a, company: A, contact: A, email: a@x.example, language: Italian}\n", `peers.yaml:2: peers[0].language: "Italian" is no language`},
		{"a capacity that is none", "peers:\n  - {id: a, company: A, contact: A, email: a@x.example, language: it, capacity: -1}\n", "peers.yaml:2: peers[0].capacity: -1 is out of range"},
		{"a field that is none", "peers:\n  - {id: a, phone: 1}\n", "peers.yaml:2: peers[0].phone"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			alone(t)
			starter(t, "", "peers", "import", text2file(t, "peers.yaml", tt.text)).says(t, exitInput, tt.says)
			if peers, err := openJournal(t).Peers(t.Context()); err != nil || len(peers) > 0 {
				t.Errorf("%v are stored, %v", peers, err)
			}
		})
	}
}
