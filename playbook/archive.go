package playbook

import (
	"archive/zip"
	"bytes"
	"fmt"
	"maps"
	"strconv"

	"github.com/centogiorni/centogiorni/onboarding"
)

// archiveFormat numbers what a playbook may say: it grows with every release that adds a key, a word or an id to the
// schema. TestTheArchiveFormatGrowsWithTheSchema says when.
const archiveFormat = 2

// Archive packs the playbook's files, so that the journal can keep it by its hash. The same files give the same bytes.
func (p *Playbook) Archive() ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if err := z.SetComment(strconv.Itoa(archiveFormat)); err != nil {
		return nil, fmt.Errorf("packing the playbook: %w", err)
	}
	for _, f := range p.files {
		// Without a time in its header an entry depends on path and content alone.
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.path, Method: zip.Deflate})
		if err != nil {
			return nil, fmt.Errorf("packing %s: %w", f.path, err)
		}
		if _, err := w.Write(f.data); err != nil {
			return nil, fmt.Errorf("packing %s: %w", f.path, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("packing the playbook: %w", err)
	}
	return b.Bytes(), nil
}

// FromArchive is the inverse of Archive. It was checked when it was packed, and customers live by it: what a later
// release demands of a playbook beyond that is no fault here. A key that it lacks has no effect, words that it lacks are
// those of the playbook that ships, and without peers an introduction goes as it did. An archive of a later release is
// refused, since it may mean what is not known here.
func FromArchive(archive []byte) (*Playbook, error) {
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, fmt.Errorf("unpacking a playbook: %w", err)
	}
	if format, err := strconv.Atoi(z.Comment); z.Comment != "" && (err != nil || format > archiveFormat) {
		return nil, fmt.Errorf("the playbook was packed by a later release (format %q, known is %d): upgrade this program", z.Comment, archiveFormat)
	}
	var faults Faults
	files, err := readFiles(z, "archive", &faults)
	if err != nil {
		return nil, fmt.Errorf("unpacking a playbook: %w", err)
	}
	l, err := read(files, "archive", faults)
	if err != nil {
		return nil, err
	}
	if l.plan == nil {
		return nil, l.faults.err()
	}
	if err := l.fillWords(); err != nil {
		return nil, err
	}
	if l.plan.Peers == (onboarding.Peers{}) { // a playbook of before the section: as it was then for all
		l.plan.Peers = onboarding.Peers{AnswerDays: 5, Tries: 3, CalmDays: 14}
	}
	return l.finish(), nil
}

// fillWords gives each language the words it lacks, of the playbook that ships, in English where that lacks the language.
func (l *loader) fillWords() error {
	other, err := Default()
	if err != nil {
		return err
	}
	for _, language := range l.plan.Languages {
		from, ok := other.words[language]
		if !ok {
			from = other.words["en"]
		}
		have := l.pb.words[language]
		if have == nil {
			have = words{}
			l.pb.words[language] = have
		}
		for group, texts := range from {
			if group == "signals" || group == "answers" {
				continue // the plan's own
			}
			texts = maps.Clone(texts)
			maps.Copy(texts, have[group])
			have[group] = texts
		}
	}
	return nil
}
