// Package onboarding is the vocabulary of the engine: the contract and its people, phases and stages of the first
// 100 days, touches and promises, the events that move them, the sends and facts they leave behind, and the messages
// and activities of the durable workflow. It is pure: no clock, no randomness, no input or output.
package onboarding
