package playbook

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"strings"
)

// A reply address is reply+<token>@domain. Its local part holds 64 characters and loses its case on the way, so the
// token is at most 58 of lower-case base32: 36 bytes.
//
//	form (1) | contract (at most 22) | contact (3 bytes of its hash) | signature (10)
const (
	replyPrefix      = "reply+"
	replyMAC         = 10
	replyContact     = 3
	replyContractMax = 36 - 1 - replyContact - replyMAC
)

// Forms of the contract in a reply token.
const (
	replyPlain byte = iota // the id itself
	replyUUID              // the 16 bytes of a UUID
	replyHash              // too long to carry: 16 bytes of its hash
)

var replyEncoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// Reply is what a reply address says. Contract is empty where the id was too long to carry; Matches finds it then
// among the contracts of the sender.
type Reply struct {
	Contract string
	digest   []byte
	contact  []byte
}

// Matches reports whether the reply address was made for this contract and contact.
func (r Reply) Matches(contract, contact string) bool {
	if r.Contract != "" && r.Contract != contract || r.Contract == "" && !bytes.Equal(r.digest, hash(contract, 16)) {
		return false
	}
	return bytes.Equal(r.contact, hash(contact, replyContact))
}

// ReplyAddress is where an answer to a mail about a contract to a contact goes.
func (l *Links) ReplyAddress(contract, contact, domain string) string {
	return replyPrefix + l.replyToken(contract, contact) + "@" + domain
}

func (l *Links) replyToken(contract, contact string) string {
	raw := packContract(contract)
	raw = append(raw, hash(contact, replyContact)...)
	raw = append(raw, l.mac(l.keys[0], "reply", raw)[:replyMAC]...)
	return strings.ToLower(replyEncoding.EncodeToString(raw))
}

// ParseReply reads a reply address, in any case, or its local part, or the token alone.
func (l *Links) ParseReply(address string) (Reply, error) {
	token, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(address)), "@")
	token = strings.TrimPrefix(token, replyPrefix)
	raw, err := replyEncoding.DecodeString(strings.ToUpper(token))
	if err != nil || len(raw) < 1+replyContact+replyMAC {
		return Reply{}, ErrForged
	}
	body, mac := raw[:len(raw)-replyMAC], raw[len(raw)-replyMAC:]
	if !l.signed("reply", body, mac) {
		return Reply{}, ErrForged
	}
	id, contact := body[1:len(body)-replyContact], body[len(body)-replyContact:]
	switch body[0] {
	case replyPlain:
		return Reply{Contract: string(id), contact: contact}, nil
	case replyUUID:
		return Reply{Contract: formatUUID(id), contact: contact}, nil
	case replyHash:
		return Reply{digest: id, contact: contact}, nil
	}
	return Reply{}, ErrForged
}

func packContract(id string) []byte {
	if len(id) <= replyContractMax {
		return append([]byte{replyPlain}, id...)
	}
	if b, err := hex.DecodeString(strings.ReplaceAll(id, "-", "")); err == nil && len(b) == 16 && formatUUID(b) == id {
		return append([]byte{replyUUID}, b...)
	}
	return append([]byte{replyHash}, hash(id, 16)...)
}

func formatUUID(b []byte) string {
	s := hex.EncodeToString(b)
	if len(s) != 32 {
		return ""
	}
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}

func hash(s string, n int) []byte {
	sum := sha256.Sum256([]byte(s))
	return sum[:n]
}
