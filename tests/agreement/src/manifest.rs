//! Manifests that differ from a true one, signed by their officials: is every rule of a manifest read alike?

use plebiscite_board::merkle::{Tree, leaf_hash};
use plebiscite_support::{Dice, Election, checkpoint_of, files_of};
use serde_json::{Value, json};

use crate::change::{Files, change};
use crate::history::Held;

/// A manifest of which one member is another, is missing, or stands twice.
pub fn member(held: &Held, dice: &mut Dice) -> Files {
    let mut document: Value = serde_json::from_slice(&held.election.manifest).unwrap();
    let times = 1 + dice.below(2);
    for _ in 0..times {
        change_one(&mut document, dice);
    }
    founded(held, serde_json::to_vec_pretty(&document).unwrap())
}

/// A manifest's text with a byte or a run of bytes changed.
pub fn byte(held: &Held, dice: &mut Dice) -> Files {
    let mut text = held.election.manifest.clone();
    match dice.below(3) {
        0 => change(&mut text, dice),
        1 => {
            let (from, length) = (dice.below(text.len()), dice.below(12));
            let run: Vec<u8> = text.iter().skip(from).take(length).copied().collect();
            let to = dice.below(text.len());
            text.splice(to..to, run);
        }
        _ => {
            let from = dice.below(text.len());
            let to = text.len().min(from + 1 + dice.below(12));
            text.drain(from..to);
        }
    }
    founded(held, text)
}

/// A log of this manifest alone.
fn founded(held: &Held, manifest: Vec<u8>) -> Files {
    let election = Election::of_manifest(held.election.shape.clone(), manifest);
    let entries = election.manifest_entries();
    let tree = Tree::of(entries.iter().map(|entry| leaf_hash(entry)));
    files_of(&entries, checkpoint_of(election.id(), &tree, &election.board).note())
}

/// Changes a member at some depth. Deep ones are many, so the descent stops now and then on its way.
fn change_one(value: &mut Value, dice: &mut Dice) {
    let stops = dice.once_in(8);
    match value {
        Value::Object(members) if !members.is_empty() && !stops => {
            let place = dice.below(members.len());
            members.values_mut().nth(place).into_iter().for_each(|member| change_one(member, dice));
        }
        Value::Array(items) if !items.is_empty() && !stops => {
            let place = dice.below(items.len());
            items.get_mut(place).into_iter().for_each(|item| change_one(item, dice));
        }
        _ => *value = other(value, dice),
    }
}

/// Another value for a member, near to what it was or far from it.
fn other(value: &Value, dice: &mut Dice) -> Value {
    match value {
        Value::Number(number) => {
            let number = number.as_u64().unwrap_or(0);
            dice.of(&[
                json!(number + 1),
                json!(number.saturating_sub(1)),
                json!(0),
                json!(u64::MAX),
                json!(1u64 << 32),
                json!(-1),
                json!(0.5),
                json!(number.to_string()),
                Value::Null,
            ])
            .clone()
        }
        Value::Bool(truth) => dice.of(&[json!(!truth), json!(u8::from(*truth)), Value::Null]).clone(),
        Value::String(text) => {
            let upper = text.to_uppercase();
            let twice = format!("{text}{text}");
            dice.of(&[
                json!(upper),
                json!(twice),
                json!(""),
                json!(format!("{text} ")),
                json!(format!("e\u{301}{text}")),
                json!(format!("{text}\u{200b}")),
                json!(format!("{text}\u{7}")),
                json!("1/2"),
                json!("2/4"),
                json!("2027-06-31T00:00:00Z"),
                json!("2027-06-30T00:00:60Z"),
                json!("x".repeat(300 + text.len())),
                Value::Null,
            ])
            .clone()
        }
        Value::Array(items) => {
            let mut items = items.clone();
            match dice.below(4) {
                0 => items.clear(),
                1 => drop(items.pop()),
                2 => items.extend(items.clone()),
                _ => items.reverse(),
            }
            json!(items)
        }
        Value::Object(members) => {
            let mut members = members.clone();
            if let Some(name) = members.keys().nth(dice.below(members.len().max(1))).cloned() {
                let taken = members.remove(&name);
                if dice.once_in(2) {
                    members.insert(format!("{name}_"), taken.unwrap_or_default());
                }
            }
            Value::Object(members)
        }
        Value::Null => dice.of(&[json!(0), json!(""), json!([]), json!("2027-06-01T00:00:00Z")]).clone(),
    }
}
