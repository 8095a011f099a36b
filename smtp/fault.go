package smtp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"slices"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"github.com/centogiorni/centogiorni/onboarding"
)

func fault(kind onboarding.FaultKind, format string, args ...any) *onboarding.DeliveryError {
	return &onboarding.DeliveryError{Kind: kind, Err: fmt.Errorf("smtp: "+format, args...)}
}

// opening is the fault of a call that failed before its mail: dial, greeting, TLS or login. Nothing left.
func (t *Transport) opening(err error) *onboarding.DeliveryError {
	var said *textproto.Error
	var network net.Error
	switch {
	case errors.As(err, &said) && said.Code >= 400 && said.Code < 500:
		return fault(onboarding.FaultThrottled, "the server is not ready (%d)", said.Code)
	case errors.As(err, &said):
		// The server's words may hold the user name.
		return fault(onboarding.FaultConfiguration, "the server turned us away (%d); check user name, password and port", said.Code)
	case errors.As(err, &network), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, context.Canceled):
		return fault(onboarding.FaultUnreached, "reaching the server: %w", err)
	case t.config.Username != "" && (strings.Contains(err.Error(), t.config.Username) || strings.Contains(err.Error(), t.config.Password)):
		return fault(onboarding.FaultConfiguration, "the login failed; check user name and password")
	default: // a certificate, no STARTTLS, no login, no SMTP at all
		return fault(onboarding.FaultConfiguration, "opening the connection: %w", err)
	}
}

// notOurs are the replies that no mail explains: a login is needed, or the one given does not do.
var notOurs = []int{530, 534, 535, 538}

// sizeExceeded is the one refusal of a sender that is about the mail.
const sizeExceeded = 552

// sending is the fault of a mail that the server did not confirm. go-mail's own text would show the addresses.
func sending(err error) *onboarding.DeliveryError {
	var e *gomail.SendError
	if !errors.As(err, &e) {
		return fault(onboarding.FaultUnknown, "sending failed without a reason")
	}
	code := e.ErrorCode()
	reply := strings.TrimSpace(fmt.Sprintf("%d %s", code, e.EnhancedStatusCode()))
	switch {
	case code >= 400 && code < 500:
		return fault(onboarding.FaultThrottled, "%s: the server asks to try later (%s)", e.Reason, reply)
	case slices.Contains(notOurs, code), code >= 500 && e.Reason == gomail.ErrSMTPMailFrom && code != sizeExceeded:
		return fault(onboarding.FaultConfiguration, "%s: the server refuses the sender (%s); check the login and the From address", e.Reason, reply)
	case code >= 500:
		return fault(onboarding.FaultRefused, "%s: refused (%s)", e.Reason, reply)
	}
	switch e.Reason {
	case gomail.ErrSMTPDataClose:
		return fault(onboarding.FaultUnknown, "the whole mail was sent and no answer came")
	case gomail.ErrConnCheck, gomail.ErrSMTPMailFrom, gomail.ErrSMTPRcptTo, gomail.ErrSMTPData, gomail.ErrWriteContent:
		// Without its last line, a dot, a mail is none.
		return fault(onboarding.FaultUnreached, "%s: the connection broke before the mail was whole", e.Reason)
	case gomail.ErrGetSender, gomail.ErrGetRcpts, gomail.ErrNoUnencoded:
		return fault(onboarding.FaultRefused, "%s", e.Reason)
	default:
		return fault(onboarding.FaultUnknown, "%s: failed without a reply", e.Reason)
	}
}
