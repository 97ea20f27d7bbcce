// A log in a folder as the packages note and tlog of golang.org/x/mod judge it: nothing of plebiscite's code is used.

package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// tileHeight is that of C2SP's tlog-tiles: 256 hashes a tile.
const tileHeight = 8

// A Log is what a folder holds, and by which keys it is judged.
type Log struct {
	files     map[string][]byte
	key       note.Verifier
	witnesses []note.Verifier
}

// A Checked log is one whose every file is what its signed checkpoint commits to.
type Checked struct {
	tree    tlog.Tree
	entries [][]byte
	stored  hashes
	// cosigned counts the witnesses' lines that were verified.
	cosigned int
}

// hashes are RFC 6962's, in the order in which tlog stores them.
type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index < 0 || index >= int64(len(h)) {
			return nil, fmt.Errorf("no hash is stored at %d", index)
		}
		found[i] = h[index]
	}
	return found, nil
}

// readFolder gives all files of a folder by their paths in it.
func readFolder(folder string) (map[string][]byte, error) {
	files := make(map[string][]byte)
	err := filepath.Walk(folder, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		files[filepath.ToSlash(name)], err = os.ReadFile(path)
		return err
	})
	return files, err
}

// with is the same log with other files.
func (l Log) with(files map[string][]byte) Log {
	return Log{files: files, key: l.key, witnesses: l.witnesses}
}

// open verifies a checkpoint's note by the log's key, and gives the tree that it names and how many witnesses cosigned it.
func (l Log) open(text []byte) (tlog.Tree, int, error) {
	known := append([]note.Verifier{l.key}, l.witnesses...)
	opened, err := note.Open(text, note.VerifierList(known...))
	if err != nil {
		return tlog.Tree{}, 0, err
	}
	signed, cosigned := false, 0
	for _, line := range opened.Sigs {
		if line.Name == l.key.Name() && line.Hash == l.key.KeyHash() {
			signed = true
		} else {
			cosigned++
		}
	}
	if !signed {
		return tlog.Tree{}, 0, errors.New("the log's own key did not sign")
	}
	// The package note takes other spellings of the same bytes in base64; here there is one (§11.4).
	for _, line := range append(append([]note.Signature{}, opened.Sigs...), opened.UnverifiedSigs...) {
		data, err := base64.StdEncoding.DecodeString(line.Base64)
		if err != nil || base64.StdEncoding.EncodeToString(data) != line.Base64 {
			return tlog.Tree{}, 0, errors.New("base64 that is spelled otherwise")
		}
	}
	first, rest, found := strings.Cut(opened.Text, "\n")
	if !found || first != l.key.Name() {
		return tlog.Tree{}, 0, fmt.Errorf("the checkpoint of %q", first)
	}
	// tlog reads the same three lines, under the name of the one log that it was made for.
	const own = "go.sum database tree\n"
	tree, err := tlog.ParseTree([]byte(own + rest))
	if err != nil {
		return tlog.Tree{}, 0, err
	}
	if string(tlog.FormatTree(tree)) != own+rest {
		return tlog.Tree{}, 0, errors.New("more than origin, size and root")
	}
	return tree, cosigned, nil
}

// check verifies every file of the log, and that there is none that its checkpoint does not commit to. Beside the tiles of
// its size there may be narrower ones of a smaller size, and `index`, which holds hints that nobody believes.
func (l Log) check() (*Checked, error) {
	tree, cosigned, err := l.open(l.files["checkpoint"])
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	if tree.N > 1<<30 {
		return nil, errors.New("more entries than a test has")
	}
	checked := &Checked{tree: tree, cosigned: cosigned}
	for _, tile := range bundles(tree.N) {
		if tile.W < 1<<tileHeight && tile.N<<tileHeight+int64(tile.W) < tree.N {
			continue
		}
		path := pathOf(tile)
		bundle, there := l.files[path]
		if !there {
			return nil, fmt.Errorf("%s is missing", path)
		}
		entries, err := entriesOf(bundle, tile.W)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		checked.entries = append(checked.entries, entries...)
	}
	for index, entry := range checked.entries {
		more, err := tlog.StoredHashes(int64(index), entry, checked.stored)
		if err != nil {
			return nil, err
		}
		checked.stored = append(checked.stored, more...)
	}
	root, err := tlog.TreeHash(tree.N, checked.stored)
	if err != nil {
		return nil, err
	}
	if root != tree.Hash {
		return nil, errors.New("the entries are not those of the checkpoint")
	}
	known := map[string]bool{"checkpoint": true}
	needed := needed(tree.N)
	for _, tile := range append(tlog.NewTiles(tileHeight, 0, tree.N), bundles(tree.N)...) {
		path := pathOf(tile)
		file, there := l.files[path]
		if !there && !needed[path] {
			continue
		}
		known[path] = true
		if err := checked.tile(tile, file); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	for name, file := range l.files {
		if strings.HasPrefix(name, "cosigned/") {
			err = checked.cosignedBefore(l, file)
		} else if !known[name] && !strings.HasPrefix(name, "index/") {
			err = errors.New("not a file of this log")
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return checked, nil
}

// bundles are a log's bundles of entries, the last one in every width that it ever had, as NewTiles names tiles.
func bundles(size int64) []tlog.Tile {
	var all []tlog.Tile
	for first := int64(0); first < size; first += 1 << tileHeight {
		width, least := int64(1<<tileHeight), int64(1<<tileHeight)
		if size-first < width {
			width, least = size-first, 1
		}
		for w := least; w <= width; w++ {
			all = append(all, tlog.Tile{H: tileHeight, L: -1, N: first >> tileHeight, W: int(w)})
		}
	}
	return all
}

// needed are the paths of the files that a log of this size cannot lack: of each tile and bundle the widest.
func needed(size int64) map[string]bool {
	widest := make(map[[2]int64]tlog.Tile)
	for _, tile := range append(tlog.NewTiles(tileHeight, 0, size), bundles(size)...) {
		place := [2]int64{int64(tile.L), tile.N}
		if tile.W > widest[place].W {
			widest[place] = tile
		}
	}
	paths := make(map[string]bool)
	for _, tile := range widest {
		paths[pathOf(tile)] = true
	}
	return paths
}

// tile compares a tile's or bundle's bytes with what follows from the entries, and looks hashes up in it one by one.
func (c *Checked) tile(tile tlog.Tile, found []byte) error {
	if tile.L < 0 {
		var bundle []byte
		for _, entry := range c.entries[tile.N<<tileHeight : tile.N<<tileHeight+int64(tile.W)] {
			bundle = append(bundle, byte(len(entry)>>8), byte(len(entry)))
			bundle = append(bundle, entry...)
		}
		if !bytes.Equal(bundle, found) {
			return errors.New("not the entries")
		}
		return nil
	}
	data, err := tlog.ReadTileData(tile, c.stored)
	if err != nil {
		return err
	}
	if !bytes.Equal(data, found) {
		return errors.New("not what the entries give")
	}
	for n := int64(0); n < int64(tile.W); n++ {
		index := tlog.StoredHashIndex(tile.L*tileHeight, tile.N<<tileHeight+n)
		hash, err := tlog.HashFromTile(tile, found, index)
		if err != nil {
			return err
		}
		if hash != c.stored[index] {
			return fmt.Errorf("another hash at %d", n)
		}
	}
	return nil
}

// extends verifies a checkpoint from before, and that the log extends it.
func (c *Checked) extends(l Log, text []byte) error {
	old, _, err := l.open(text)
	if err != nil {
		return err
	}
	if old.N > c.tree.N {
		return fmt.Errorf("a checkpoint of %d entries, more than the %d here", old.N, c.tree.N)
	}
	if old.N == 0 {
		return errors.New("every log extends the empty one: this says nothing")
	}
	proof, err := tlog.ProveTree(c.tree.N, old.N, c.stored)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, c.tree.N, c.tree.Hash, old.N, old.Hash)
}

// cosignedBefore is extends for a note of which every line is of a known key: such are those beside an exported log.
func (c *Checked) cosignedBefore(l Log, text []byte) error {
	opened, err := note.Open(text, note.VerifierList(append([]note.Verifier{l.key}, l.witnesses...)...))
	if err != nil {
		return err
	}
	if len(opened.UnverifiedSigs) > 0 {
		return fmt.Errorf("a line of %s, which is not known", opened.UnverifiedSigs[0].Name)
	}
	return c.extends(l, text)
}

// pathOf is C2SP's path of a tile: that of tlog without the height, which is always eight, and with `entries` for `data`.
func pathOf(tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), "tile/8/")
	return "tile/" + strings.Replace(path, "data/", "entries/", 1)
}

// entriesOf reads exactly so many entries, each behind its length.
func entriesOf(bundle []byte, width int) ([][]byte, error) {
	var entries [][]byte
	for len(bundle) > 0 {
		if len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
			return nil, errors.New("ends inside an entry")
		}
		end := 2 + int(binary.BigEndian.Uint16(bundle))
		entries = append(entries, bundle[2:end])
		bundle = bundle[end:]
	}
	if len(entries) != width {
		return nil, fmt.Errorf("%d entries instead of %d", len(entries), width)
	}
	return entries, nil
}

// A Receipt is C2SP's tlog-proof.
type Receipt struct {
	index      int64
	path       tlog.RecordProof
	checkpoint []byte
}

// readReceipt reads a receipt; nothing is verified.
func readReceipt(text []byte) (Receipt, error) {
	head, checkpoint, found := strings.Cut(string(text), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
		return Receipt{}, errors.New("not a tlog-proof")
	}
	index, err := strconv.ParseInt(lines[1][len("index "):], 10, 64)
	if err != nil || index < 0 || lines[1] != fmt.Sprintf("index %d", index) {
		return Receipt{}, errors.New("not an index")
	}
	path, err := readHashes(lines[2:])
	return Receipt{index, path, []byte(checkpoint)}, err
}

// readHashes reads hashes in base64, one a line.
func readHashes(lines []string) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, line := range lines {
		hash, err := tlog.ParseHash(line)
		if err != nil || base64.StdEncoding.EncodeToString(hash[:]) != line {
			return nil, errors.New("not a hash")
		}
		found = append(found, hash)
	}
	return found, nil
}

// shows verifies that a receipt shows this entry in the log.
func (l Log) shows(text, entry []byte) error {
	receipt, err := readReceipt(text)
	if err != nil {
		return err
	}
	tree, _, err := l.open(receipt.checkpoint)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(receipt.path, tree.N, tree.Hash, receipt.index, tlog.RecordHash(entry))
}

// A cosigner is a witness's key for C2SP's cosignature/v1, which x/mod does not know.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }

func (c cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(sig)
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, msg)
	return ed25519.Verify(c.key, []byte(signed), sig[8:])
}

// newCosigner reads a witness's verifier key: type 04.
func newCosigner(vkey string) (note.Verifier, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("not a verifier key")
	}
	data, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(data) != 1+ed25519.PublicKeySize || data[0] != 4 {
		return nil, errors.New("not a witness's verifier key")
	}
	digest := sha256.Sum256([]byte(parts[0] + "\n" + string(data)))
	hash := binary.BigEndian.Uint32(digest[:])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		return nil, errors.New("a verifier key with another id")
	}
	return cosigner{parts[0], hash, ed25519.PublicKey(data[1:])}, nil
}
