package config

import (
	"errors"
	"net"
	"os"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
	"go.temporal.io/sdk/client"
	temporalenv "go.temporal.io/sdk/contrib/envconfig"
)

// temporalVariables follow go.temporal.io/sdk/contrib/envconfig, which every Temporal SDK and the CLI share; only the
// _FILE of the API key is ours.
var temporalVariables = []Variable{
	{Name: "TEMPORAL_ADDRESS", Default: client.DefaultHostPort, Description: "host:port of the server or of Temporal Cloud"},
	{Name: "TEMPORAL_NAMESPACE", Default: client.DefaultNamespace, Description: "namespace; on Temporal Cloud NAME.ACCOUNT"},
	{Name: "TEMPORAL_API_KEY", Secret: true, Description: "API key; turns TLS on"},
	{Name: "TEMPORAL_TLS", Description: "true or false; by default on with an API key or a certificate"},
	{Name: "TEMPORAL_TLS_CLIENT_CERT_PATH", Description: "client certificate (mTLS), with its key"},
	{Name: "TEMPORAL_TLS_CLIENT_KEY_PATH", Description: "key of the client certificate"},
	{Name: "TEMPORAL_TLS_CLIENT_CERT_DATA", Description: "client certificate as PEM, instead of its path"},
	{Name: "TEMPORAL_TLS_CLIENT_KEY_DATA", Description: "key as PEM, instead of its path; prefer the path"},
	{Name: "TEMPORAL_TLS_SERVER_CA_CERT_PATH", Description: "authority of the server's certificate, where it is a private one"},
	{Name: "TEMPORAL_TLS_SERVER_CA_CERT_DATA", Description: "the same as PEM"},
	{Name: "TEMPORAL_TLS_SERVER_NAME", Description: "name in the server's certificate, where it is not the host's"},
	{Name: "TEMPORAL_TLS_DISABLE_HOST_VERIFICATION", Description: "true or false; true only for a test"},
	{Name: "TEMPORAL_CLIENT_AUTHORITY", Description: "gRPC authority, behind some proxies"},
	{Name: "TEMPORAL_CONFIG_FILE", Description: "profile file; by default temporalio/temporal.toml in the user's configuration folder"},
	{Name: "TEMPORAL_PROFILE", Description: "profile in that file, which must hold it; by default the one named " + temporalenv.DefaultConfigFileProfile},
}

// TemporalOptions reads how to reach Temporal: any cluster or Temporal Cloud is a matter of variables or of a profile
// file alone. The caller adds logger, metrics and codec. The error, if any, is a Faults.
func TemporalOptions() (client.Options, error) {
	var env temporalEnvironment
	if faults := env.read(); len(faults) > 0 {
		return client.Options{}, faults
	}
	_, named := env.LookupEnv("TEMPORAL_CONFIG_FILE")
	profile, err := temporalenv.LoadClientConfigProfile(temporalenv.LoadClientConfigProfileOptions{
		EnvLookup:        env,
		ConfigFileStrict: named, // the user's own file is the CLI's as well and may hold more than we know
	})
	if err != nil {
		return client.Options{}, Faults{profileFault(env, err)}
	}
	options, err := profile.ToClientOptions(temporalenv.ToClientOptionsRequest{})
	if err != nil {
		return client.Options{}, Faults{{"TEMPORAL_TLS_CLIENT_CERT_PATH", "or another TEMPORAL_TLS_ variable does not fit (" + err.Error() + ")",
			"give certificate and key, each as path or as data, and the authority as PEM"}}
	}
	if options.HostPort == "" {
		options.HostPort = client.DefaultHostPort
	}
	if options.Namespace == "" {
		options.Namespace = client.DefaultNamespace
	}
	if faults := checkTemporal(options, profile); len(faults) > 0 {
		return client.Options{}, faults
	}
	return options, nil
}

func checkTemporal(options client.Options, profile temporalenv.ClientConfigProfile) Faults {
	var faults Faults
	host, port, err := net.SplitHostPort(strings.TrimPrefix(options.HostPort, "dns:///"))
	if err != nil || host == "" || !port16(port) {
		faults = append(faults, Fault{"TEMPORAL_ADDRESS", "is not host:port", "write an address such as " + client.DefaultHostPort})
	}
	if profile.APIKey != "" && options.ConnectionOptions.TLSDisabled {
		faults = append(faults, Fault{"TEMPORAL_TLS", "would send the API key in the clear", "remove it: the key turns TLS on"})
	}
	if !strings.HasSuffix(host, ".tmprl.cloud") && !strings.HasSuffix(host, ".api.temporal.io") {
		return faults
	}
	if !strings.Contains(options.Namespace, ".") {
		faults = append(faults, Fault{"TEMPORAL_NAMESPACE", "lacks the account", "write NAME.ACCOUNT, as Temporal Cloud shows it"})
	}
	if profile.APIKey == "" && (profile.TLS == nil || profile.TLS.ClientCertPath == "" && len(profile.TLS.ClientCertData) == 0) {
		faults = append(faults, Fault{"TEMPORAL_API_KEY", "is missing", "Temporal Cloud wants it, or TEMPORAL_TLS_CLIENT_CERT_PATH with TEMPORAL_TLS_CLIENT_KEY_PATH"})
	}
	return faults
}

// profileFault names the line of a broken profile file and nothing of its text, which may be a key.
func profileFault(env temporalEnvironment, err error) Fault {
	var syntax toml.ParseError
	switch _, named := env.LookupEnv("TEMPORAL_PROFILE"); {
	case errors.As(err, &syntax):
		return Fault{"TEMPORAL_CONFIG_FILE", "names a profile file that is not TOML", "mend it near line " + strconv.Itoa(syntax.Position.Line)}
	case strings.Contains(err.Error(), "unrecognized"):
		return Fault{"TEMPORAL_CONFIG_FILE", "names a profile file with a key that does not exist", "compare it with docs.temporal.io/develop/environment-configuration"}
	case named:
		return Fault{"TEMPORAL_PROFILE", "names no profile of the profile file", "see the file for its profiles"}
	default:
		return Fault{"TEMPORAL_CONFIG_FILE", "names a profile file that cannot be read", "give the path of a readable file"}
	}
}

// temporalEnvironment is the environment as contrib/envconfig should see it: empty variables are absent, the API key
// may come from a file.
type temporalEnvironment struct{ apiKey string }

// read takes the key from its file and refuses what the library would silently ignore or repeat in an error.
func (e *temporalEnvironment) read() Faults {
	var faults Faults
	if present("TEMPORAL_API_KEY" + fileSuffix) {
		text, reason := readSecret(strings.TrimSpace(os.Getenv("TEMPORAL_API_KEY" + fileSuffix)))
		switch {
		case present("TEMPORAL_API_KEY"):
			faults = append(faults, Fault{"TEMPORAL_API_KEY", "is set, and so is TEMPORAL_API_KEY_FILE", "keep one of the two"})
		case reason != "":
			faults = append(faults, Fault{"TEMPORAL_API_KEY_FILE", reason, "give the path of a readable file that holds the key and nothing else"})
		}
		e.apiKey = strings.TrimSpace(text)
	}
	for _, name := range []string{"TEMPORAL_TLS", "TEMPORAL_TLS_DISABLE_HOST_VERIFICATION"} {
		switch value, _ := e.LookupEnv(name); strings.ToLower(value) {
		case "", "1", "0", "true", "false":
		default:
			faults = append(faults, Fault{name, "is neither true nor false", "write true or false"})
		}
	}
	for _, name := range []string{"TEMPORAL_TLS_CLIENT_CERT_PATH", "TEMPORAL_TLS_CLIENT_KEY_PATH", "TEMPORAL_TLS_SERVER_CA_CERT_PATH", "TEMPORAL_CONFIG_FILE"} {
		if path, ok := e.LookupEnv(name); ok {
			if _, reason := readSecret(path); reason != "" {
				faults = append(faults, Fault{name, reason, "give the path of a readable file"})
			}
		}
	}
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if near := nearest(name); strings.HasPrefix(name, "TEMPORAL_") && !Known(name) && near != "" && edits(name, near) <= 2 {
			faults = append(faults, Fault{name, "is not a variable of Temporal", "did you mean " + near + "?"})
		}
	}
	return faults
}

// LookupEnv implements contrib/envconfig's EnvLookup.
func (e temporalEnvironment) LookupEnv(name string) (string, bool) {
	if name == "TEMPORAL_API_KEY" && e.apiKey != "" {
		return e.apiKey, true
	}
	value := strings.TrimSpace(os.Getenv(name))
	return value, value != ""
}

// Environ implements contrib/envconfig's EnvLookup.
func (e temporalEnvironment) Environ() []string { return os.Environ() }
