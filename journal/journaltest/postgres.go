package journaltest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrNoPostgres: there is no PostgreSQL on this machine, nor does the environment name one.
var ErrNoPostgres = errors.New("no PostgreSQL here: install it (apt-get install postgresql) or set " + PostgresVariable)

const (
	// startPatience is how long a cluster may take to answer.
	startPatience = 60 * time.Second
	// portTries is how often another port is tried when somebody takes the free one first.
	portTries = 5
)

// keeper runs the server for as long as its standard input is open, that is, as long as the test process lives, however
// it ends; then it removes the folder. Its arguments are the folder and the server's command line.
const keeper = `folder=$1; shift
exec 3<&0
"$@" >"$folder/log" 2>&1 </dev/null 3<&- &
server=$!
{ while read -r line; do :; done; kill -QUIT $server; } <&3 &
reader=$!
wait $server
status=$?
kill $reader 2>/dev/null
cd / && rm -rf "$folder"
exit $status`

// StartPostgres starts a private cluster that lives as long as this process: in a folder of its own, on a free loopback
// port, with a password, without fsync. It is the URL of the database postgres as the superuser. Run as root, it works
// as the user postgres, since PostgreSQL refuses root.
func StartPostgres() (string, error) {
	bin, err := binaries()
	if err != nil {
		return "", err
	}
	as, err := servant()
	if err != nil {
		return "", err
	}
	for range portTries {
		at, err := startOnce(bin, as)
		if !errors.Is(err, errPortTaken) {
			return at, err
		}
	}
	return "", errPortTaken
}

var errPortTaken = errors.New("start PostgreSQL: no free port stayed free")

// binaries is the folder of the newest PostgreSQL.
func binaries() (string, error) {
	if found, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(found), nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", ErrNoPostgres
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		return n
	}
	slices.SortFunc(found, func(a, b string) int { return version(b) - version(a) })
	return filepath.Dir(found[0]), nil
}

// servant is the user to run the server as: nil for ourselves.
func servant() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("%w (root needs the user postgres to run it: %w)", ErrNoPostgres, err)
	}
	uid, err1 := strconv.Atoi(account.Uid)
	gid, err2 := strconv.Atoi(account.Gid)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

func startOnce(bin string, as *syscall.Credential) (string, error) {
	folder, err := makeFolder(as)
	if err != nil {
		return "", err
	}
	data, secret, password := filepath.Join(folder, "data"), filepath.Join(folder, "password"), rand.Text()
	if err := handOver(secret, password, as); err != nil {
		return "", err
	}
	initdb := command(as, folder, filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres", "-E", "UTF8", "--locale=C",
		"--auth=scram-sha-256", "--pwfile="+secret, "--no-sync", "--no-instructions")
	if out, err := initdb.CombinedOutput(); err != nil {
		return "", errors.Join(fmt.Errorf("initdb: %w: %s", err, out), os.RemoveAll(folder))
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	server := command(as, folder, "/bin/sh", "-c", keeper, "keeper", folder,
		filepath.Join(bin, "postgres"), "-D", data, "-p", strconv.Itoa(port), "-k", folder,
		"-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200")
	if _, err := server.StdinPipe(); err != nil { // open for as long as we live
		return "", err
	}
	if err := server.Start(); err != nil {
		return "", err
	}
	gone := make(chan error, 1)
	go func() { gone <- server.Wait() }()
	at := url.URL{Scheme: "postgres", User: url.UserPassword("postgres", password),
		Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), Path: "/postgres", RawQuery: "sslmode=disable"}
	return at.String(), answers(at.String(), gone)
}

// answers waits until the server takes connections.
func answers(at string, gone <-chan error) error {
	ctx, cancel := context.WithTimeout(context.Background(), startPatience)
	defer cancel()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		conn, err := pgx.Connect(ctx, at)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case err := <-gone:
			return errors.Join(errPortTaken, err)
		case <-ctx.Done():
			return fmt.Errorf("start PostgreSQL: no answer within %s: %w", startPatience, err)
		case <-again.C:
		}
	}
}

// makeFolder makes a folder that the server's user owns and can reach; a test's own folder is closed to others.
func makeFolder(as *syscall.Credential) (string, error) {
	parent := os.TempDir()
	if as != nil {
		parent = "/tmp"
	}
	folder, err := os.MkdirTemp(parent, "centogiorni-postgres-")
	if err != nil || as == nil {
		return folder, err
	}
	return folder, os.Chown(folder, int(as.Uid), int(as.Gid))
}

// handOver writes a file that only the server's user can read.
func handOver(path, text string, as *syscall.Credential) error {
	if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil || as == nil {
		return err
	}
	return os.Chown(path, int(as.Uid), int(as.Gid))
}

// command runs in the folder as the server's user.
func command(as *syscall.Credential, folder, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = folder
	cmd.Env = []string{"PATH=/usr/bin:/bin", "HOME=" + folder, "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	return cmd
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
