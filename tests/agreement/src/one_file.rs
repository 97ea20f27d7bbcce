//! Records in one file (§11.17), whole, or changed where the file itself decides; members are put together here, so that there
//! may be false ones among them.

use plebiscite_support::Dice;
use plebiscite_verifier::source::bundle::{BLOCK, header};

use crate::change::Files;

/// The file of these members, in this order.
#[must_use]
pub fn packed(files: &Files) -> Vec<u8> {
    let mut file = Vec::new();
    for (name, bytes) in files {
        file.extend(header(name, bytes.len() as u64));
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
