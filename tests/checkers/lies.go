// What can be made false of a log, its checkpoints and its receipts; each is to be refused beside the true one.

package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// changed is a copy of a log's files in which one is another; no bytes take it away.
func changed(files map[string][]byte, name string, bytes []byte) map[string][]byte {
	copied := make(map[string][]byte, len(files))
	for other, file := range files {
		copied[other] = file
	}
	if bytes == nil {
		delete(copied, name)
	} else {
		copied[name] = bytes
	}
	return copied
}

// flipped is a copy with one bit changed.
func flipped(file []byte, place int, bit uint) []byte {
	copied := append([]byte{}, file...)
	copied[place] ^= 1 << bit
	return copied
}

// corruptFiles changes, cuts, lengthens, removes and swaps every file of the log.
func corruptFiles(t *tally, log Log, size int64) {
	var names []string
	for _, name := range namesOf(log.files) {
		// Nobody believes hints, and so nobody is deceived by false ones.
		if !strings.HasPrefix(name, "index/") {
			names = append(names, name)
		}
	}
	needed := needed(size)
	try := func(what string, files map[string][]byte) {
		_, err := log.with(files).check()
		t.refuse(what, err)
	}
	for number, name := range names {
		file := log.files[name]
		place := (number*7919 + len(file)/2) % len(file)
		try(fmt.Sprintf("%s with byte %d changed", name, place), changed(log.files, name, flipped(file, place, uint(number)%8)))
		try(name+" cut by one byte", changed(log.files, name, file[:len(file)-1]))
		try(name+" with one byte more", changed(log.files, name, append(append([]byte{}, file...), 0)))
		try(name+" emptied", changed(log.files, name, []byte{}))
		if name == "checkpoint" || needed[name] {
			try(name+" taken away", changed(log.files, name, nil))
		}
		if strings.HasPrefix(name, "tile/") && number+1 < len(names) && strings.HasPrefix(names[number+1], "tile/") {
			other := names[number+1]
			swapped := changed(changed(log.files, name, log.files[other]), other, file)
			try(name+" swapped with "+other, swapped)
		}
		if strings.HasPrefix(name, "tile/") && !strings.HasPrefix(name, "tile/entries/") && len(file) > 32 {
			cut := append([]byte{}, file[:len(file)-32]...)
			try(name+" cut by one hash", changed(log.files, name, cut))
			turned := append(append([]byte{}, file[32:]...), file[:32]...)
			try(name+" turned by one hash", changed(log.files, name, turned))
		}
		if strings.HasPrefix(name, "tile/entries/") {
			if other := exchanged(file); other != nil {
				try(name+" with its first two entries exchanged", changed(log.files, name, other))
			}
		}
	}
	try("a file that is not of this log", changed(log.files, "tile/0/999", make([]byte, 8192)))
}

// exchanged is a bundle with its first two entries exchanged, if they differ.
func exchanged(bundle []byte) []byte {
	if len(bundle) < 2 {
		return nil
	}
	first := 2 + int(binary.BigEndian.Uint16(bundle))
	if len(bundle) < first+2 {
		return nil
	}
	second := first + 2 + int(binary.BigEndian.Uint16(bundle[first:]))
	if bytes.Equal(bundle[:first], bundle[first:second]) {
		return nil
	}
	other := append([]byte{}, bundle[first:second]...)
	return append(append(other, bundle[:first]...), bundle[second:]...)
}

// corruptCheckpoint changes each byte and each line of the checkpoint, signs lies with the true key, and asks another key.
func corruptCheckpoint(t *tally, log Log, lies map[string][]byte) {
	genuine := log.files["checkpoint"]
	_, _, err := log.open(genuine)
	t.accept("the checkpoint", err)
	for place := range genuine {
		_, _, err := log.open(flipped(genuine, place, 0))
		t.refuse(fmt.Sprintf("the checkpoint with byte %d changed", place), err)
	}
	lines := strings.SplitAfter(string(genuine), "\n")
	for what, line := range map[int]string{0: "plebiscite/v1/00\n", 1: "7\n", 2: base64.StdEncoding.EncodeToString(make([]byte, 32)) + "\n"} {
		altered := append([]string{}, lines...)
		altered[what] = line
		_, _, err := log.open([]byte(strings.Join(altered, "")))
		t.refuse(fmt.Sprintf("the checkpoint with another line %d", what), err)
	}
	for name, lie := range lies {
		_, err := log.with(changed(log.files, "checkpoint", lie)).check()
		t.refuse("a signed checkpoint of "+name, err)
	}
	skey, vkey, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{9}, 64)), log.key.Name())
	t.accept("another key of the same name", err)
	other, err := note.NewVerifier(vkey)
	t.accept("its verifier", err)
	signer, err := note.NewSigner(skey)
	t.accept("its signer", err)
	if len(t.wrong) > 0 {
		return
	}
	_, _, err = Log{log.files, other, nil}.open(genuine)
	t.refuse("the checkpoint under another key", err)
	opened, err := note.Open(genuine, note.VerifierList(log.key))
	t.accept("the checkpoint's note", err)
	if err != nil {
		return
	}
	forged, err := note.Sign(&note.Note{Text: opened.Text}, signer)
	t.accept("the other key's note", err)
	_, _, err = log.open(forged)
	t.refuse("the checkpoint signed by another key", err)
	_, _, err = Log{log.files, other, nil}.open(forged)
	t.accept("the same under that key", err)
}

// cosignatures verifies the witnesses' lines, and changes each byte of them.
func cosignatures(t *tally, log Log) {
	cosigned, found := log.files["cosigned/latest"]
	tree, count, err := log.open(cosigned)
	if found && err == nil && count < 2 {
		err = fmt.Errorf("%d witnesses cosigned", count)
	}
	t.accept("the cosigned checkpoint", err)
	if err != nil {
		return
	}
	own, _, err := log.open(log.files["checkpoint"])
	if err == nil && own != tree {
		err = errors.New("it is that of another tree")
	}
	t.accept("that the last checkpoint is cosigned", err)
	head, lines, _ := strings.Cut(string(cosigned), "\n\n")
	for _, witness := range log.witnesses {
		for _, line := range strings.SplitAfter(lines, "\n") {
			prefix := "— " + witness.Name() + " "
			if !strings.HasPrefix(line, prefix) {
				continue
			}
			data, err := base64.StdEncoding.DecodeString(strings.TrimSpace(line[len(prefix):]))
			t.accept("the line of "+witness.Name(), err)
			// Behind the id: eight bytes of time, then the signature.
			for place := 4; place < len(data); place++ {
				other := prefix + base64.StdEncoding.EncodeToString(flipped(data, place, 3)) + "\n"
				note := strings.Replace(head+"\n\n"+lines, line, other, 1)
				_, _, err := log.open([]byte(note))
				t.refuse(fmt.Sprintf("the cosignature of %s with byte %d changed", witness.Name(), place), err)
			}
			moved := strings.Replace(string(log.files["cosigned/open"]), "\n\n", "\n\n"+line, 1)
			if strings.HasPrefix(moved, head) {
				continue
			}
			_, _, err = log.open([]byte(moved))
			t.refuse("the cosignature of "+witness.Name()+" under another checkpoint", err)
		}
	}
}

// history verifies that the log extends its earlier checkpoints, by tlog's own proofs and by ours.
func history(t *tally, log Log, c *Checked, earlier, proofs map[string][]byte) {
	for _, name := range namesOf(earlier) {
		old, _, err := log.open(earlier[name])
		t.accept("the checkpoint of "+name, err)
		t.accept("that the log extends "+name, c.extends(log, earlier[name]))
		ours, err := readHashes(strings.Fields(string(proofs[name])))
		t.accept("our proof from "+name, err)
		theirs, err := tlog.ProveTree(c.tree.N, old.N, c.stored)
		if err == nil && fmt.Sprint(theirs) != fmt.Sprint(tlog.TreeProof(ours)) {
			err = errors.New("it is not tlog's")
		}
		t.accept("that our proof is tlog's", err)
		t.accept("our proof", tlog.CheckTree(ours, c.tree.N, c.tree.Hash, old.N, old.Hash))
		other := old.Hash
		other[old.N%32] ^= 1
		t.refuse("a log forked before "+name, tlog.CheckTree(ours, c.tree.N, c.tree.Hash, old.N, other))
		if old.N < c.tree.N {
			t.refuse("the root of "+name+" one entry later", tlog.CheckTree(ours, c.tree.N, c.tree.Hash, old.N+1, old.Hash))
			t.refuse("a log that grew otherwise", tlog.CheckTree(ours, c.tree.N, other, old.N, old.Hash))
		}
		for place := range ours {
			bad := append(tlog.TreeProof{}, ours...)
			bad[place][place%32] ^= 1
			t.refuse("a changed proof", tlog.CheckTree(bad, c.tree.N, c.tree.Hash, old.N, old.Hash))
		}
	}
}

// receipts verifies voters' receipts, and that each shows no other entry.
func receipts(t *tally, log Log, c *Checked, receipts map[string][]byte) {
	for _, name := range namesOf(receipts) {
		text := receipts[name]
		receipt, err := readReceipt(text)
		if err == nil && (receipt.index >= c.tree.N || fmt.Sprint(receipt.index) != name) {
			err = errors.New("it is of another index")
		}
		t.accept("receipt "+name, err)
		if err != nil {
			continue
		}
		entry := c.entries[receipt.index]
		t.accept("that receipt "+name+" shows its entry", log.shows(text, entry))
		t.accept("that the log extends the receipt's checkpoint", c.extends(log, receipt.checkpoint))
		for other := range c.entries {
			if !bytes.Equal(c.entries[other], entry) && other%(len(c.entries)/20+1) == 0 {
				t.refuse(fmt.Sprintf("receipt %s for entry %d", name, other), log.shows(text, c.entries[other]))
			}
		}
		for place := range text {
			t.refuse(fmt.Sprintf("receipt %s with byte %d changed", name, place), log.shows(flipped(text, place, 0), entry))
		}
		line := fmt.Sprintf("index %d\n", receipt.index)
		for _, index := range []int64{receipt.index + 1, receipt.index ^ 1, c.tree.N, 1 << 62} {
			other := strings.Replace(string(text), line, fmt.Sprintf("index %d\n", index), 1)
			t.refuse(fmt.Sprintf("receipt %s as one of %d", name, index), log.shows([]byte(other), entry))
		}
	}
}
