package playbook

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

var (
	offsetForm   = regexp.MustCompile(`^([+-])(\d{1,3})(?: (d|wd))?$`)
	durationForm = regexp.MustCompile(`^(\d{1,3}) (d|h)$`)
	spanForm     = regexp.MustCompile(`^(\d{1,4}) (min|wh)$`)
	windowForm   = regexp.MustCompile(`^(\d\d):(\d\d)-(\d\d):(\d\d)$`)
)

// parseOffset reads "+3 wd", "-5 wd", "+45 d" and "+0".
func parseOffset(s string) (onboarding.Offset, error) {
	m := offsetForm.FindStringSubmatch(s)
	if m == nil {
		return onboarding.Offset{}, fmt.Errorf("%q is no offset", s)
	}
	n, _ := strconv.Atoi(m[2])
	if n != 0 && m[3] == "" {
		return onboarding.Offset{}, fmt.Errorf("%q says neither d nor wd", s)
	}
	if m[1] == "-" {
		n = -n
	}
	return onboarding.Offset{Days: n, Working: m[3] == "wd" && n != 0}, nil
}

// parseDuration reads "10 d" and "20 h"; a day is 24 hours.
func parseDuration(s string) (time.Duration, error) {
	m := durationForm.FindStringSubmatch(s)
	if m == nil {
		return 0, fmt.Errorf("%q is no duration", s)
	}
	n, _ := strconv.Atoi(m[1])
	if m[2] == "d" {
		n *= 24
	}
	return time.Duration(n) * time.Hour, nil
}

// parseSpan reads working time, "15 min" and "8 wh", in minutes.
func parseSpan(s string) (int, error) {
	m := spanForm.FindStringSubmatch(s)
	if m == nil {
		return 0, fmt.Errorf("%q is no working time", s)
	}
	n, _ := strconv.Atoi(m[1])
	if m[2] == "wh" {
		n *= 60
	}
	return n, nil
}

// parseWindow reads "09:00-17:30".
func parseWindow(s string) (onboarding.Window, error) {
	m := windowForm.FindStringSubmatch(s)
	if m == nil {
		return onboarding.Window{}, fmt.Errorf("%q is no window", s)
	}
	var v [4]int
	for i := range v {
		v[i], _ = strconv.Atoi(m[i+1])
	}
	w := onboarding.Window{Open: v[0]*60 + v[1], Close: v[2]*60 + v[3]}
	if v[1] > 59 || v[3] > 59 || w.Close > 24*60 || w.Open >= w.Close {
		return onboarding.Window{}, fmt.Errorf("%q does not open before it closes", s)
	}
	return w, nil
}
