// Package journal is the database of what happened: contracts and their state, the ledger of sends, the facts of every
// run, the inbox of events, people, playbooks and import progress. Temporal owns the future, the journal owns the past.
//
// It runs on SQLite (the default) and on PostgreSQL; both pass the same tests. Instants go in and come out in UTC, exact
// to the microsecond; what is finer is cut off. Two clocks meet here: At is logical and comes from the caller, WallAt
// and its like are stamped by the journal's own clock and serve latencies, grace periods and alarms only.
package journal
