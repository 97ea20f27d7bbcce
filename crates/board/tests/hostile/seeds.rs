//! Valid examples of every format, from which mutants are made.
#![allow(clippy::unwrap_used, reason = "an example that cannot be made fails where it stands")]

use plebiscite_board::evidence::Evidence;
use plebiscite_board::merkle::Roots;
use plebiscite_board::note::Note;
use plebiscite_board::tlog_proof::TlogProof;
use plebiscite_board::witness::AddCheckpoint;

use crate::formats::{SIZE, cosigned, entry, file, head, key, log_key, names, tree, witness_key};

/// Examples of one format, all valid.
pub fn of(format: &str) -> Vec<Vec<u8>> {
    let whole = tree(SIZE, "");
    match format {
        "path" => ["tile/0/x001/x234/067", "tile/entries/005.p/17", "tile/63/000", "tile/1/999.p/255"]
            .map(|path| path.as_bytes().to_vec())
            .into(),
        "note" => vec![head(&whole), cosigned()],
        "lines" => {
            let bytes = cosigned();
            let cut = bytes.windows(2).position(|two| two == b"\n\n").unwrap();
            vec![bytes[cut + 2..].to_vec()]
        }
        "checkpoint" => vec![
            Note::parse(&head(&whole)).unwrap().text.into_bytes(),
            b"o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n".to_vec(),
        ],
        "vkey" => vkeys(),
        "receipt" => [0, 7, 299].map(|index| receipt(index).encode()).into(),
        "bundle" => {
            names().iter().filter(|name| name.contains("entries")).map(|name| file(&whole, name)).collect()
        }
        "tile" => {
            vec![[&[255], file(&whole, "tile/0/000").as_slice()].concat(), [vec![0], vec![5; 32]].concat()]
        }
        "policy" => policies(),
        "request" => [(9, 9), (9, 300), (0, 300)].map(|(old, new)| request(old, new).encode()).into(),
        "evidence" => vec![evidence(9, 9).encode(), evidence(9, 14).encode()],
        "proof" => vec![proof(9, 7), proof(300, 0)],
        "reader" => names()
            .iter()
            .zip(0u16..)
            .map(|(name, number)| [&number.to_be_bytes(), file(&whole, name).as_slice()].concat())
            .collect(),
        other => unreachable!("no examples of {other}"),
    }
}

fn receipt(index: u64) -> TlogProof {
    let whole = tree(SIZE, "");
    assert_eq!(whole.node(0, index), Some(plebiscite_board::merkle::leaf_hash(&entry(index))));
    TlogProof { index, path: whole.inclusion_proof(index, SIZE).unwrap(), checkpoint: head(&whole) }
}

fn vkeys() -> Vec<Vec<u8>> {
    let mut keys = vec![log_key().vkey(), witness_key(1).vkey()];
    keys.extend(second_vkey());
    keys.into_iter().map(String::into_bytes).collect()
}

#[cfg(feature = "ml-dsa")]
fn second_vkey() -> Option<String> {
    Some(crate::formats::second().own().vkey())
}

#[cfg(not(feature = "ml-dsa"))]
fn second_vkey() -> Option<String> {
    None
}

fn policies() -> Vec<Vec<u8>> {
    let mut text = format!("# one log\nlog {} https://log.example/\n", log_key().vkey());
    for number in 1..=3 {
        text += &format!("witness w{number} {}\n", witness_key(number).vkey());
    }
    if let Some(second) = second_vkey() {
        text += &format!("witness second {second}\n");
    }
    let flat = format!("{text}group g 2 w1 w2 w3\nquorum g\n");
    let nested = format!("{text}group a any w1 w2\ngroup b all a w3\nquorum b\n");
    [flat, nested, format!("{text}quorum w2\n"), "quorum none\n".to_owned()].map(String::into_bytes).into()
}

fn request(old: u64, new: u64) -> AddCheckpoint {
    let tree = tree(new, "");
    AddCheckpoint { old, path: tree.consistency_proof(old, new).unwrap(), note: head(&tree) }
}

fn evidence(small: u64, large: u64) -> Evidence {
    let (a, b) = (tree(small, ""), tree(large, "salt"));
    let prefix =
        (small < large).then(|| (b.root_at(small).unwrap(), b.consistency_proof(small, large).unwrap()));
    Evidence { notes: [head(&a), head(&b)], prefix, authority: Some(key(1).to_bytes().to_vec()) }
}

/// Sizes, a number and hashes that hold: of inclusion where the old size is the whole one, else of consistency.
fn proof(old: u64, index: u64) -> Vec<u8> {
    let whole = tree(SIZE, "");
    let path = if old == SIZE {
        whole.inclusion_proof(index, SIZE).unwrap()
    } else {
        whole.consistency_proof(old, SIZE).unwrap()
    };
    let numbers = [SIZE, old, index].map(u64::to_be_bytes).concat();
    [numbers, path.iter().flat_map(|hash| hash.0).collect()].concat()
}
