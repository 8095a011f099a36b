package playbook

import (
	"archive/zip"
	"bytes"
	"fmt"
)

// Archive packs the playbook's files, so that the journal can keep it by its hash. The same files give the same bytes.
func (p *Playbook) Archive() ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
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

// FromArchive is the inverse of Archive; the playbook is checked anew.
func FromArchive(archive []byte) (*Playbook, error) {
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, fmt.Errorf("unpacking a playbook: %w", err)
	}
	return Load(z, "archive")
}
