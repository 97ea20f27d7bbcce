//! tlog-policy: which logs, which witnesses, and how many of them must have cosigned (§11.10).
//!
//! A line a statement: `log <vkey> [<url>]`, `witness <name> <vkey> [<url>]`, `group <name> all|any|<k> <name>…`,
//! `quorum <name>|none`. The policy that a manifest names is written and judged through the same type.
//!
//! With the feature `ml-dsa` a witness line may carry an ML-DSA-44 key (§11.15). It is reported apart from the others, and
//! counts where a group or the quorum names it itself, and nowhere else.

use std::collections::BTreeSet;

use thiserror::Error;

use crate::cosignature::WitnessKey;
use crate::note::{Note, NoteError, NoteKey};
#[cfg(feature = "ml-dsa")]
use crate::second::SecondKey;

/// Longest policy that is read, in bytes.
const POLICY_LIMIT: usize = 1 << 18;
/// Most logs, most witnesses and most groups.
const LIMIT: usize = 1_024;
/// The name that asks for no cosignature.
const NONE: &str = "none";

/// A trust policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The logs that are trusted to sign.
    pub logs: Vec<(NoteKey, Option<String>)>,
    /// The witnesses.
    pub witnesses: Vec<Witness>,
    /// ML-DSA-44 keys of witness lines: names within the policy, and keys.
    #[cfg(feature = "ml-dsa")]
    pub seconds: Vec<(String, SecondKey)>,
    rules: Vec<Group>,
    quorum: Option<Member>,
}

/// A witness of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// Its name within the policy.
    pub name: String,
    /// Its key.
    pub key: WitnessKey,
    /// Where it takes checkpoints.
    pub url: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Group {
    name: String,
    needed: usize,
    members: Vec<Member>,
}

/// A witness or a group that stands before, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Member {
    Witness(usize),
    Group(usize),
    #[cfg(feature = "ml-dsa")]
    Second(usize),
}

/// Why text is no policy.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PolicyError {
    /// Too long, or a control character.
    #[error("not the text of a policy")]
    Text,
    /// A line that says nothing known.
    #[error("line {line}: {reason}")]
    Line {
        /// Which, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// No quorum line.
    #[error("there is no quorum line")]
    NoQuorum,
}

/// What a note's cosignatures come to under a policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cosigned {
    /// For each witness of the policy, in its order: when it cosigned last.
    pub times: Vec<Option<u64>>,
    /// For each ML-DSA-44 key of the policy: when it cosigned last, 0 where it says nothing of the time.
    #[cfg(feature = "ml-dsa")]
    pub seconds: Vec<Option<u64>>,
    /// Whether they make the quorum.
    pub quorum: bool,
}

impl Policy {
    const fn empty() -> Self {
        Self {
            logs: Vec::new(),
            witnesses: Vec::new(),
            #[cfg(feature = "ml-dsa")]
            seconds: Vec::new(),
            rules: Vec::new(),
            quorum: None,
        }
    }

    /// Any `quorum` of these witnesses; none at all where it is 0.
    ///
    /// # Errors
    /// [`PolicyError::Line`] where fewer witnesses are given than are needed.
    pub fn of(witnesses: Vec<WitnessKey>, quorum: usize) -> Result<Self, PolicyError> {
        let count = witnesses.len();
        if quorum > count {
            let reason = format!("{quorum} of {count} witnesses can never be had");
            return Err(PolicyError::Line { line: 0, reason });
        }
        let members = (0..count).map(Member::Witness).collect();
        let name = |key: &WitnessKey| key.name().to_owned();
        let witnesses =
            witnesses.into_iter().map(|key| Witness { name: name(&key), key, url: None }).collect();
        let rules = vec![Group { name: "quorum".to_owned(), needed: quorum, members }];
        let asked = (quorum > 0).then_some(Member::Group(0));
        Ok(Self { witnesses, rules, quorum: asked, ..Self::empty() })
    }

    /// Reads a policy.
    ///
    /// # Errors
    /// [`PolicyError`].
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        if text.len() > POLICY_LIMIT || text.chars().any(|c| c.is_ascii_control() && c != '\n' && c != '\t') {
            return Err(PolicyError::Text);
        }
        let mut reading = Self::empty();
        let mut used = BTreeSet::new();
        let mut quorum = false;
        for (number, line) in (1..).zip(text.split('\n')) {
            let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
            let failed = |reason: String| PolicyError::Line { line: number, reason };
            match words.as_slice() {
                [] => {}
                [first, ..] if first.starts_with('#') => {}
                ["log", vkey, url @ ..] if url.len() <= 1 => {
                    reading.log(vkey, url.first().copied()).map_err(failed)?;
                }
                ["witness", name, vkey, url @ ..] if url.len() <= 1 => {
                    reading.witness(name, vkey, url.first().copied()).map_err(failed)?;
                }
                ["group", name, needed, members @ ..] => {
                    reading.group(name, needed, members, &mut used).map_err(failed)?;
                }
                ["quorum", name] if !quorum => {
                    quorum = true;
                    reading.quorum = match *name {
                        NONE => None,
                        name => Some(reading.member(name).map_err(failed)?),
                    };
                }
                _ => return Err(failed("no log, witness, group or single quorum line".to_owned())),
            }
        }
        if quorum { Ok(reading) } else { Err(PolicyError::NoQuorum) }
    }

    /// When each witness cosigned a note, and whether that makes the quorum. Whose log it is, and whether the log's own
    /// key signed it, is the caller's to check.
    ///
    /// # Errors
    /// [`NoteError::Wrong`] where a line of a witness of this policy does not verify: the note is refused.
    pub fn judge(&self, note: &Note) -> Result<Cosigned, NoteError> {
        let times: Vec<Option<u64>> =
            self.witnesses.iter().map(|witness| witness.key.time_of(note)).collect::<Result<_, _>>()?;
        #[cfg(feature = "ml-dsa")]
        let seconds: Vec<Option<u64>> =
            self.seconds.iter().map(|(_, key)| key.time_of(note)).collect::<Result<_, _>>()?;
        let mut groups: Vec<bool> = Vec::with_capacity(self.rules.len());
        let holds = |member: &Member, groups: &[bool]| match member {
            Member::Witness(number) => times.get(*number).is_some_and(Option::is_some),
            Member::Group(number) => groups.get(*number).is_some_and(|holds| *holds),
            #[cfg(feature = "ml-dsa")]
            Member::Second(number) => seconds.get(*number).is_some_and(Option::is_some),
        };
        for group in &self.rules {
            let met = group.members.iter().filter(|member| holds(member, &groups)).count();
            groups.push(met >= group.needed);
        }
        let quorum = self.quorum.as_ref().is_none_or(|member| holds(member, &groups));
        Ok(Cosigned {
            times,
            #[cfg(feature = "ml-dsa")]
            seconds,
            quorum,
        })
    }

    /// Whether any cosignature is asked for.
    #[must_use]
    pub const fn asks(&self) -> bool {
        self.quorum.is_some()
    }

    fn log(&mut self, vkey: &str, url: Option<&str>) -> Result<(), String> {
        let key = NoteKey::parse(vkey).map_err(|error| error.to_string())?;
        let twice = self.logs.iter().any(|(log, _)| log.key() == key.key());
        if twice || self.logs.len() >= LIMIT {
            return Err("a log's key stands twice, or there are too many".to_owned());
        }
        self.logs.push((key, url.map(str::to_owned)));
        Ok(())
    }

    fn witness(&mut self, name: &str, vkey: &str, url: Option<&str>) -> Result<(), String> {
        #[cfg(feature = "ml-dsa")]
        if let Ok(key) = SecondKey::parse(vkey) {
            return self.second(name, key);
        }
        let key = WitnessKey::parse(vkey).map_err(|error| error.to_string())?;
        self.ensure_new(name)?;
        let twice = self.witnesses.iter().any(|witness| witness.key.key() == key.key());
        if twice || self.witnesses.len() >= LIMIT {
            return Err("a witness's key stands twice, or there are too many".to_owned());
        }
        self.witnesses.push(Witness { name: name.to_owned(), key, url: url.map(str::to_owned) });
        Ok(())
    }

    #[cfg(feature = "ml-dsa")]
    fn second(&mut self, name: &str, key: SecondKey) -> Result<(), String> {
        self.ensure_new(name)?;
        let twice = self.seconds.iter().any(|(_, other)| other.bytes() == key.bytes());
        if twice || self.seconds.len() >= LIMIT {
            return Err("a witness's key stands twice, or there are too many".to_owned());
        }
        self.seconds.push((name.to_owned(), key));
        Ok(())
    }

    fn group<'t>(
        &mut self,
        name: &str,
        needed: &str,
        members: &[&'t str],
        used: &mut BTreeSet<&'t str>,
    ) -> Result<(), String> {
        self.ensure_new(name)?;
        let count = members.len();
        let needed = match needed {
            "all" => count,
            "any" => 1,
            number => number.parse().ok().filter(|k: &usize| k.to_string() == number).unwrap_or(0),
        };
        if needed == 0 || needed > count || self.rules.len() >= LIMIT {
            return Err("a group asks for all, any or at least one and at most all of its members".to_owned());
        }
        let members = members
            .iter()
            .map(|member| match used.insert(member) {
                true => self.member(member),
                false => Err(format!("{member} is a member twice")),
            })
            .collect::<Result<_, _>>()?;
        self.rules.push(Group { name: name.to_owned(), needed, members });
        Ok(())
    }

    fn ensure_new(&self, name: &str) -> Result<(), String> {
        if name == NONE || self.member(name).is_ok() {
            return Err(format!("the name {name} is taken"));
        }
        Ok(())
    }

    fn member(&self, name: &str) -> Result<Member, String> {
        let witness = self.witnesses.iter().position(|witness| witness.name == name).map(Member::Witness);
        let group = || self.rules.iter().position(|group| group.name == name).map(Member::Group);
        #[cfg(feature = "ml-dsa")]
        let witness = witness
            .or_else(|| self.seconds.iter().position(|(second, _)| *second == name).map(Member::Second));
        witness.or_else(group).ok_or_else(|| format!("{name} is not defined before this line"))
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;

    use super::*;
    use crate::cosignature::cosign;

    const TEXT: &str = "log\n1\nroot\n";

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&[seed; 32])
    }

    fn witness(seed: u8) -> WitnessKey {
        WitnessKey::new(&format!("w{seed}"), key(seed).verifying_key()).unwrap()
    }

    fn note(seeds: &[u8]) -> Note {
        let lines: String =
            seeds.iter().map(|seed| cosign(TEXT, &format!("w{seed}"), 7, &key(*seed)).unwrap()).collect();
        let own = crate::note::sign(TEXT, "log", &key(99)).unwrap();
        Note::parse(format!("{own}{lines}").as_bytes()).unwrap()
    }

    fn two_levels() -> String {
        let mut text = String::from("# a comment\n");
        for (name, seed) in [("X1", 1), ("X2", 2), ("X3", 3), ("Y1", 4), ("Y2", 5)] {
            text.push_str(&format!("witness {name}\t{} \n", witness(seed).vkey()));
        }
        text.push_str("\ngroup X 2 X1 X2 X3\n group Y any Y1 Y2\ngroup both all X Y\nquorum both\n");
        text
    }

    #[test]
    fn groups_of_groups_are_judged_as_they_are_written() {
        let policy = Policy::parse(&two_levels()).unwrap();
        for (seeds, quorum) in [
            (&[1, 2, 4][..], true),
            (&[1, 3, 5], true),
            (&[1, 2, 3], false),
            (&[1, 4, 5], false),
            (&[], false),
            (&[1, 2, 3, 4, 5], true),
            (&[1, 1, 1, 4], false),
        ] {
            assert_eq!(policy.judge(&note(seeds)).unwrap().quorum, quorum, "{seeds:?}");
        }
        let judged = policy.judge(&note(&[2, 5])).unwrap();
        assert_eq!(judged.times, [None, Some(7), None, None, Some(7)]);
        let mut forged = note(&[1, 2, 4]);
        forged.signatures[1].bytes[9] ^= 1;
        assert!(policy.judge(&forged).is_err());
    }

    #[test]
    fn a_manifests_quorum_is_any_so_many_of_its_witnesses() {
        let policy = Policy::of(vec![witness(1), witness(2), witness(3)], 2).unwrap();
        assert!(policy.judge(&note(&[1, 3])).unwrap().quorum);
        assert!(!policy.judge(&note(&[3])).unwrap().quorum);
        assert!(Policy::of(Vec::new(), 0).unwrap().judge(&note(&[])).unwrap().quorum);
        assert!(Policy::of(vec![witness(1)], 2).is_err());
        assert!(Policy::parse("quorum none\n").unwrap().judge(&note(&[])).unwrap().quorum);
    }

    #[cfg(feature = "ml-dsa")]
    #[test]
    fn a_second_key_is_reported_apart_and_counts_only_where_it_is_named_itself() {
        use crate::merkle::leaf_hash;
        let head = crate::checkpoint::Checkpoint { origin: "log".to_owned(), size: 1, root: leaf_hash(b"x") };
        let second = crate::second::SecondSigner::new("w1", &[1; 32]).unwrap();
        let first = cosign(&head.text(), "w1", 7, &key(1)).unwrap();
        let line = second.cosign(&head.text(), 9).unwrap();
        let own = crate::note::sign(&head.text(), "log", &key(99)).unwrap();
        let note = |lines: &str| Note::parse(format!("{own}{lines}").as_bytes()).unwrap();
        let keys = format!("witness one {}\nwitness two {}\n", witness(1).vkey(), second.own().vkey());
        let judged = |rule: &str, lines: &str| {
            let policy = Policy::parse(&format!("{keys}{rule}")).unwrap();
            let cosigned = policy.judge(&note(lines)).unwrap();
            (cosigned.times, cosigned.seconds, cosigned.quorum)
        };
        let both = first.clone() + &line;
        assert_eq!(judged("quorum one\n", &both), (vec![Some(7)], vec![Some(9)], true));
        // In the place of the Ed25519 line it counts for nothing.
        assert_eq!(judged("quorum one\n", &line), (vec![None], vec![Some(9)], false));
        // Named itself it counts, and `all` of both asks for it beside the other.
        assert!(judged("quorum two\n", &line).2 && !judged("quorum two\n", &first).2);
        let all = "group both all one two\nquorum both\n";
        assert!(judged(all, &both).2 && !judged(all, &first).2 && !judged(all, &line).2);
        // A false line of a known key refuses the note, whether it counts or not.
        let mut forged = note(&both);
        forged.signatures[2].bytes[100] ^= 1;
        assert!(Policy::parse(&format!("{keys}quorum one\n")).unwrap().judge(&forged).is_err());
        assert!(
            Policy::parse(&format!("witness one {}\nquorum one\n", witness(1).vkey()))
                .unwrap()
                .judge(&forged)
                .is_ok()
        );
        assert!(
            Policy::parse(&format!("{keys}witness three {}\nquorum one\n", second.own().vkey())).is_err()
        );
        assert!(
            Policy::parse(&format!(
                "witness two {}\nwitness two {}\nquorum two\n",
                second.own().vkey(),
                witness(1).vkey()
            ))
            .is_err()
        );
    }

    #[test]
    fn what_is_no_policy_is_refused_by_its_line() {
        let w = witness(1).vkey();
        let log = NoteKey::new("log", key(9).verifying_key()).unwrap().vkey();
        assert_eq!(Policy::parse(&format!("log {log} https://a/\nquorum none")).unwrap().logs.len(), 1);
        assert_eq!(Policy::parse(""), Err(PolicyError::NoQuorum));
        assert_eq!(Policy::parse("quorum none\r\n"), Err(PolicyError::Text));
        for (line, bad) in [
            (1, "quorum a".to_owned()),
            (2, "quorum none\nquorum none".to_owned()),
            (1, format!("witness none {w}\nquorum none")),
            (2, format!("witness a {w}\nwitness b {w}\nquorum a")),
            (2, format!("witness a {w}\nwitness a {}\nquorum a", witness(2).vkey())),
            (2, format!("log {log}\nlog {log}\nquorum none")),
            (1, format!("log {w}\nquorum none")),
            (1, format!("witness a {log}\nquorum none")),
            (2, format!("witness a {w}\ngroup g 2 a\nquorum g")),
            (2, format!("witness a {w}\ngroup g 0 a\nquorum g")),
            (2, format!("witness a {w}\ngroup g 01 a\nquorum g")),
            (2, format!("witness a {w}\ngroup g any\nquorum g")),
            (2, format!("witness a {w}\ngroup g any b\nquorum g")),
            (2, format!("witness a {w}\ngroup g any a a\nquorum g")),
            (3, format!("witness a {w}\ngroup g any a\ngroup h any a\nquorum h")),
            (1, "group g any g\nquorum g".to_owned()),
            (1, "log\nquorum none".to_owned()),
            (1, format!("witness a {w} https://a/ more\nquorum a")),
        ] {
            let refused = Policy::parse(&bad);
            assert!(
                matches!(refused, Err(PolicyError::Line { line: found, .. }) if found == line),
                "{bad}: {refused:?}"
            );
        }
    }
}
