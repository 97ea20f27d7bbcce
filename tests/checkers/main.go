// Checks exported logs with golang.org/x/mod's note and tlog, and that every corruption of them is refused.
//
// `GO111MODULE=off GOPATH=/usr/share/gocode go run ./tests/checkers FOLDER...`, each folder as the example `exported` of
// plebiscite-server writes it. Its last line says how many true things were accepted and how many false ones refused; it
// fails where one true thing is refused or one false thing is accepted. Run by `cargo xtask test --only checkers`.

package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A tally of what was judged.
type tally struct {
	accepted, refused int
	wrong             []string
}

func (t *tally) accept(what string, err error) {
	if err == nil {
		t.accepted++
	} else {
		t.wrong = append(t.wrong, fmt.Sprintf("%s is true and was refused: %v", what, err))
	}
}

func (t *tally) refuse(what string, err error) {
	if err != nil {
		t.refused++
	} else {
		t.wrong = append(t.wrong, what+" is false and was accepted")
	}
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "checkers: which folders?")
		os.Exit(2)
	}
	total := &tally{}
	for _, folder := range os.Args[1:] {
		own := &tally{}
		if err := judge(own, folder); err != nil {
			fmt.Fprintf(os.Stderr, "checkers: %s: %v\n", folder, err)
			os.Exit(1)
		}
		fmt.Printf("%s: accepted %d, refused %d\n", filepath.Base(folder), own.accepted, own.refused)
		total.accepted += own.accepted
		total.refused += own.refused
		total.wrong = append(total.wrong, own.wrong...)
	}
	for _, sentence := range total.wrong {
		fmt.Fprintln(os.Stderr, "checkers:", sentence)
	}
	if len(total.wrong) > 0 {
		os.Exit(1)
	}
	fmt.Printf("true and accepted: %d, false and refused: %d\n", total.accepted, total.refused)
}

// judge accepts what a folder holds, and refuses what can be made of it.
func judge(t *tally, folder string) error {
	read := func(name string) (string, error) {
		text, err := os.ReadFile(filepath.Join(folder, name))
		return strings.TrimSpace(string(text)), err
	}
	vkey, err := read("key")
	if err != nil {
		return err
	}
	key, err := note.NewVerifier(vkey)
	if err != nil {
		return err
	}
	names, err := read("witnesses")
	if err != nil {
		return err
	}
	var witnesses []note.Verifier
	for _, vkey := range strings.Fields(names) {
		witness, err := newCosigner(vkey)
		if err != nil {
			return err
		}
		witnesses = append(witnesses, witness)
	}
	files, err := readFolder(filepath.Join(folder, "board"))
	if err != nil {
		return err
	}
	log := Log{files, key, witnesses}
	checked, err := log.check()
	t.accept("the log", err)
	if err != nil {
		return nil
	}
	fmt.Printf("%s: %d entries in %d files\n", filepath.Base(folder), checked.tree.N, len(files))
	if strings.HasPrefix(key.Name(), "plebiscite/known-answers") {
		knownAnswers(t, checked)
	}
	records(t, checked)
	beside := make(map[string]map[string][]byte)
	for _, name := range []string{"earlier", "proofs", "receipts", "lies"} {
		beside[name], err = readFolder(filepath.Join(folder, name))
		if err != nil {
			return err
		}
		if len(beside[name]) == 0 {
			return fmt.Errorf("there are no %s", name)
		}
	}
	corruptFiles(t, log, checked.tree.N)
	corruptCheckpoint(t, log, beside["lies"])
	if len(witnesses) > 0 {
		cosignatures(t, log)
	}
	history(t, log, checked, beside["earlier"], beside["proofs"])
	receipts(t, log, checked, beside["receipts"])
	return nil
}

// knownAnswers makes the specification's entries again and compares them and the two roots that it names (§11.1).
func knownAnswers(t *tally, c *Checked) {
	for i, found := range c.entries {
		entry := []byte(fmt.Sprintf(`{"kind":"ballot","n":%d,"pad":"`, i))
		for len(entry) < 100+(i*7919)%500 {
			entry = append(entry, byte('a'+(i+len(entry))%26))
		}
		entry = append(entry, `"}`...)
		if !bytes.Equal(entry, found) {
			t.wrong = append(t.wrong, fmt.Sprintf("entry %d is not the known one", i))
			return
		}
	}
	for _, known := range []struct {
		size int64
		root string
	}{
		{2991, "NNUfQs3AsdtvLIMJajlSRJ64cqVxHrX+AmcU1UwY6JA="},
		{10000, "II4tV7fMhcsXqXs0JeNsYD0KWp7BN1lzgCZgZpHZcaI="},
	} {
		root, err := tlog.TreeHash(known.size, c.stored)
		if err == nil && base64.StdEncoding.EncodeToString(root[:]) != known.root {
			err = fmt.Errorf("the root is %v", root)
		}
		t.accept(fmt.Sprintf("the known root at %d", known.size), err)
	}
}

// records proves entries spread over the log, and shows that the proof of one is none of the next.
func records(t *tally, c *Checked) {
	step := c.tree.N/97 + 1
	for index := int64(0); index < c.tree.N; index += step {
		proof, err := tlog.ProveRecord(c.tree.N, index, c.stored)
		if err == nil {
			err = tlog.CheckRecord(proof, c.tree.N, c.tree.Hash, index, tlog.RecordHash(c.entries[index]))
		}
		t.accept(fmt.Sprintf("entry %d", index), err)
		other := (index + 1) % c.tree.N
		err = tlog.CheckRecord(proof, c.tree.N, c.tree.Hash, index, tlog.RecordHash(c.entries[other]))
		t.refuse(fmt.Sprintf("entry %d at %d", other, index), err)
		err = tlog.CheckRecord(proof, c.tree.N, c.tree.Hash, other, tlog.RecordHash(c.entries[index]))
		t.refuse(fmt.Sprintf("entry %d under index %d", index, other), err)
	}
}

// namesOf are a map's names in order.
func namesOf(files map[string][]byte) []string {
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
