package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"

	"go.temporal.io/server/common/testing/freeport"
)

var loopback = netip.AddrFrom4([4]byte{127, 0, 0, 1})

// endpoint is an address to listen on.
type endpoint struct {
	ip   netip.Addr
	port uint16 // 0: any free one, until reserve has chosen it
}

// parseEndpoint reads HOST:PORT. The server wants an IP address to bind; of names only localhost is known.
func parseEndpoint(text string) (endpoint, error) {
	host, portText, err := net.SplitHostPort(text)
	if err != nil {
		return endpoint{}, errors.New("want HOST:PORT, such as 127.0.0.1:7233")
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return endpoint{}, fmt.Errorf("port %q is not a number from 0 to 65535", portText)
	}
	// An empty host means every interface elsewhere in Go; here nothing is open to others unless an address says so.
	if host == "" || host == "localhost" {
		host = "127.0.0.1"
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return endpoint{}, fmt.Errorf("host %q is neither an IP address nor localhost", host)
	}
	return endpoint{ip, uint16(port)}, nil
}

// reserve returns the endpoint with a port that was free a moment ago, or says who is in the way. The listeners are opened
// inside the server and the Web UI, which cannot be handed one: hence the question beforehand. A port chosen here stays ours,
// because freeport leaves a closed connection on it, and the kernel gives such a port to no one who asks for any.
func (e endpoint) reserve(flagName string) (endpoint, error) {
	if e.port == 0 {
		e.port = uint16(freeport.MustGetFreePort())
	}
	l, err := net.Listen("tcp", e.String())
	if err != nil {
		return e, faultf(exitEngine, "cannot listen on %s: %w\nStop what uses it (another devserver?), or choose another with --%s HOST:PORT (port 0: a free one)", e, err, flagName)
	}
	return e, l.Close()
}

// String is the address to bind.
func (e endpoint) String() string { return netip.AddrPortFrom(e.ip, e.port).String() }

// dial is the address to connect to from this machine: "every interface" is no address to connect to.
func (e endpoint) dial() string {
	if !e.ip.IsUnspecified() {
		return e.String()
	}
	ip := loopback
	if e.ip.Is6() {
		ip = netip.IPv6Loopback()
	}
	return netip.AddrPortFrom(ip, e.port).String()
}

// host is the IP as it stands in a URL.
func (e endpoint) host() string {
	if e.ip.Is6() {
		return "[" + e.ip.String() + "]"
	}
	return e.ip.String()
}
