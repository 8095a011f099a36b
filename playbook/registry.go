package playbook

import (
	"sync"

	"github.com/centogiorni/centogiorni/onboarding"
)

// Registry finds playbooks by their content hash. Workflow code may look plans up in it: what a hash names never
// changes, so a lookup gives the same plan at every replay.
type Registry struct{ byHash sync.Map } // string -> *Playbook

// Add registers a playbook; a hash that is there already keeps the one it has, which is the same.
func (r *Registry) Add(p *Playbook) { r.byHash.LoadOrStore(p.Hash, p) }

// Get finds a playbook, for rendering.
func (r *Registry) Get(hash string) (*Playbook, bool) {
	p, ok := r.byHash.Load(hash)
	if !ok {
		return nil, false
	}
	return p.(*Playbook), true
}

// Plan finds a compiled plan, for the core.
func (r *Registry) Plan(hash string) (*onboarding.Playbook, bool) {
	p, ok := r.Get(hash)
	if !ok {
		return nil, false
	}
	return p.plan, true
}
