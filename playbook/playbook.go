// Package playbook is the 100-day plan as data for people who do not write Go: the plan, the texts of its touches, its
// case histories and the words of messages to ours. It loads and checks them, compiles the plan for the core, and renders
// letters and alerts.
package playbook

import (
	"crypto/sha256"
	"embed"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/centogiorni/centogiorni/onboarding"
)

//go:embed default
var defaultFiles embed.FS

// maxFile is the most bytes a file of a playbook may have.
const maxFile = 1 << 20

// Playbook is a checked playbook. It never changes, and any number of goroutines may use it.
type Playbook struct {
	// Name is the plan's own; Hash is of the content of all files, in 32 hexadecimal digits.
	Name, Hash string

	plan  *onboarding.Playbook
	files []file
	texts map[textKey]*text
	cases map[caseKey]*caseHistory
	words map[string]words // by language
}

type file struct {
	path string // with slashes, from the playbook's folder
	data []byte
}

// Plan is the compiled plan. The caller must not change it.
func (p *Playbook) Plan() *onboarding.Playbook { return p.plan }

// Default is the playbook that ships with the engine.
func Default() (*Playbook, error) { return shipped() }

var shipped = sync.OnceValues(func() (*Playbook, error) {
	sub, err := fs.Sub(defaultFiles, "default")
	if err != nil {
		return nil, fmt.Errorf("opening the default playbook: %w", err)
	}
	return Load(sub, "default")
})

// LoadDir loads the playbook in a folder.
func LoadDir(dir string) (*Playbook, error) {
	if _, err := os.Stat(filepath.Join(dir, planFile)); err != nil {
		return nil, fmt.Errorf("no playbook in %s: give the folder that holds %s: %w", dir, planFile, err)
	}
	return Load(os.DirFS(dir), dir)
}

// Load reads and checks a playbook. What is wrong with it comes back as Faults, all at once; name is put before the
// files in them. A playbook with a fault never loads.
func Load(fsys fs.FS, name string) (*Playbook, error) {
	var faults Faults
	files, err := readFiles(fsys, name, &faults)
	if err != nil {
		return nil, fmt.Errorf("reading the playbook %s: %w", name, err)
	}
	l, err := read(files, name, faults)
	if err != nil {
		return nil, err
	}
	if err := l.faults.err(); err != nil {
		return nil, err
	}
	return l.finish(), nil
}

// readFiles reads the files of a playbook in the order of their paths. A README and hidden files are not part of it;
// any other stray file is a fault, since somebody believes that it does something.
func readFiles(fsys fs.FS, name string, faults *Faults) ([]file, error) {
	var files []file
	err := fs.WalkDir(fsys, ".", func(p string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case p != "." && strings.HasPrefix(e.Name(), "."):
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		case e.IsDir() || e.Name() == "README.md":
			return nil
		case !ours(p):
			faults.add(path.Join(name, p), 1, "remove it; a playbook is plan.yaml, words.*.yaml, templates/*.md and cases/*.md",
				"this file is no part of a playbook")
			return nil
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		if info.Size() > maxFile {
			return fmt.Errorf("%s has %d bytes: at most %d are read", p, info.Size(), maxFile)
		}
		data, err := fs.ReadFile(fsys, p)
		files = append(files, file{p, data})
		return err
	})
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.path, b.path) })
	return files, err
}

func ours(p string) bool {
	dir, base := path.Split(p)
	_, words := parseWordsName(p)
	return p == planFile || words || (dir == "templates/" || dir == "cases/") && strings.HasSuffix(base, ".md")
}

// read takes the files of a playbook and checks them.
func read(files []file, name string, faults Faults) (*loader, error) {
	l := &loader{name: name, faults: faults, pb: &Playbook{files: files, Hash: hashFiles(files),
		texts: map[textKey]*text{}, cases: map[caseKey]*caseHistory{}, words: map[string]words{}},
		words: map[string]*document{}, unread: map[string]bool{}}
	for _, f := range files {
		if err := l.read(f); err != nil {
			return nil, fmt.Errorf("reading the playbook %s: %w", name, err)
		}
	}
	l.cross()
	return l, nil
}

// finish is the playbook of what was read.
func (l *loader) finish() *Playbook {
	l.pb.Name = l.plan.Name
	l.plan.Hash = l.pb.Hash
	l.plan.CaseHistories = l.pb.caseHistories()
	l.pb.plan = l.plan
	return l.pb
}

// hashFiles is the content hash: paths and bytes, each with its length, so that no two sets of files read alike.
func hashFiles(files []file) string {
	h := sha256.New()
	part := func(b []byte) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(b)))
		h.Write(n[:])
		h.Write(b)
	}
	for _, f := range files {
		part([]byte(f.path))
		part(f.data)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// loader collects the parts of a playbook and what is wrong with them.
type loader struct {
	name   string
	faults Faults
	pb     *Playbook
	doc    *document            // plan.yaml; nil where it cannot be read
	plan   *onboarding.Playbook // likewise
	words  map[string]*document // by language
	unread map[string]bool      // files of words that are no YAML
}

func (l *loader) path(p string) string { return path.Join(l.name, p) }

// read takes one file, and what is wrong with it alone.
func (l *loader) read(f file) error {
	dir, base := path.Split(f.path)
	switch dir {
	case "templates/":
		key, ok := parseTextKey(base)
		if !ok {
			l.faults.add(l.path(f.path), 1, "name it <touch>.<language>.md or <touch>.<variant>.<language>.md",
				"the name of this text is not understood")
			return nil
		}
		l.pb.texts[key] = parseText(l.path(f.path), key, f.data, &l.faults)
	case "cases/":
		key, ok := parseTextKey(base)
		if !ok || key.variant != "" {
			l.faults.add(l.path(f.path), 1, "name it <id>.<language>.md", "the name of this case history is not understood")
			return nil
		}
		c := parseCase(l.path(f.path), caseKey{key.touch, key.language}, f.data, &l.faults)
		l.pb.cases[c.key] = c
	default:
		if language, ok := parseWordsName(f.path); ok {
			d, sound := readDocument(l.path(f.path), f.data, 1, &l.faults)
			if l.unread[f.path] = !sound; sound {
				l.words[language] = d
			}
			return nil
		}
		var err error
		l.doc, l.plan, err = readPlan(l.path(f.path), f.data, &l.faults)
		return err
	}
	return nil
}

// cross checks what needs more than one file.
func (l *loader) cross() {
	if l.plan == nil {
		if len(l.pb.files) == 0 || !slices.ContainsFunc(l.pb.files, func(f file) bool { return f.path == planFile }) {
			l.faults.add(l.path(planFile), 1, "write it; docs/playbook.md says how", "the plan is missing")
		}
		return
	}
	(&planCheck{l.doc, l.plan, &l.faults}).all()
	l.checkTexts()
	l.checkCases()
	l.checkWords()
}

// Case is a case history for a page of the customer's.
type Case struct {
	ID, Language, Title, Company, Sector, URL string
	HTML                                      string
	Sample                                    bool
}

// Case finds a case history; false where the playbook has none of this id in this language.
func (p *Playbook) Case(id, language string) (Case, bool) {
	c, ok := p.cases[caseKey{id, language}]
	if !ok {
		return Case{}, false
	}
	html, err := readMarkdown(c.body).html()
	if err != nil {
		return Case{}, false
	}
	return Case{id, language, c.title, c.company, c.sector, c.url, html, c.meta.Sample}, true
}
