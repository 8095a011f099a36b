// Package journey is the core of the engine: what to do next for one customer, as pure functions. Next says when the
// state wants to be woken; Apply takes what happened then and gives the new state, the entries of the story and the
// orders to the outside world. There is no clock, no I/O and no Temporal in it: the workflow, the rehearsal and the
// property tests all run this one core.
package journey
