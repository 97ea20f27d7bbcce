//! Records in one file (§11.17), written here from the specification: whole, or changed where the file itself decides.

use plebiscite_support::Dice;

use crate::change::Files;

/// A block of tar.
const BLOCK: usize = 512;

/// The file of these members, in this order.
#[must_use]
pub fn packed(files: &Files) -> Vec<u8> {
    let mut file = Vec::new();
    for (name, bytes) in files {
        file.extend(header(name, bytes.len()));
        file.extend(bytes);
        file.resize(file.len().next_multiple_of(BLOCK), 0);
    }
    file.resize(file.len() + 2 * BLOCK, 0);
    file
}

/// The file, changed somewhere; and how.
#[must_use]
pub fn changed(files: &Files, dice: &mut Dice) -> (&'static str, Vec<u8>) {
    let mut file = packed(files);
    match dice.below(7) {
        0 => {
            let place = dice.below(file.len());
            file[place] ^= 1 << dice.below(8);
            ("a bit of the file", file)
        }
        1 => {
            // A bit of a header: the first one's, so that it is none of a file's bytes.
            file[dice.below(BLOCK)] ^= 1 << dice.below(8);
            ("a bit of a header", file)
        }
        2 => {
            file.truncate(dice.below(file.len()));
            ("the file cut off", file)
        }
        3 => {
            file.resize(file.len() + BLOCK, 0);
            ("something behind the end", file)
        }
        4 => {
            let twice = dice.of(files).clone();
            ("a member twice", packed(&files.iter().cloned().chain([twice]).collect()))
        }
        5 => {
            let left_out = dice.below(files.len());
            let rest = files.iter().enumerate().filter(|(place, _)| *place != left_out);
            ("a member left out", packed(&rest.map(|(_, file)| file.clone()).collect()))
        }
        _ => {
            let strange = ["notes.txt", "tile/64/000", "tile/0/0", "cosigned/other"];
            let more = ((*dice.of(&strange)).to_owned(), vec![7; dice.below(600)]);
            ("a member that no log has", packed(&files.iter().cloned().chain([more]).collect()))
        }
    }
}

fn header(name: &str, length: usize) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    let mut put = |at: usize, field: &[u8]| block[at..at + field.len()].copy_from_slice(field);
    put(0, name.as_bytes());
    put(100, b"0000644\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{length:011o}\0").as_bytes());
    put(136, b"00000000000\0");
    put(148, b"        ");
    put(156, b"0");
    put(257, b"ustar\x0000");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}
